import { createOpenRouter } from '@openrouter/ai-sdk-provider';
import { generateText, jsonSchema, stepCountIs, streamText, tool } from 'ai';
import { base, equal, fails, named, parameters, reply, run, thought, truly, version, weather } from './kit.mjs';

globalThis.AI_SDK_LOG_WARNINGS = false;
const make = (apiKey) => createOpenRouter({ apiKey, baseURL: base + '/api/v1' });
const provider = make('sk-or-good');
const model = provider('openai/gpt-4o');
const tools = { get_weather: tool({ description: 'weather', inputSchema: jsonSchema(parameters) }) };
const plain = (prompt, more = {}) => generateText({ model, prompt, maxRetries: 0, ...more });
const stream = async (prompt, more = {}) => {
  let failed;
  const got = streamText({ model, prompt, maxRetries: 0, onError: ({ error }) => (failed ??= error), ...more });
  let text = '';
  for await (const part of got.textStream) text += part;
  if (failed) {
    const error = failed instanceof Error ? failed : Object.assign(new Error(failed.message ?? String(failed)), { code: failed.code });
    error.text = text;
    throw error;
  }
  return { text, finish: await got.finishReason, calls: await got.toolCalls, usage: await got.usage, thought: await got.reasoningText };
};
const status = (n) => fails(() => plain('fail ' + n), (e) => e.statusCode === n && named('AI_APICallError')(e), String(n));

await run(`@openrouter/ai-sdk-provider ${version('@openrouter/ai-sdk-provider')} with ai ${version('ai')}`, {
  'text plain': async () => {
    const got = await plain('hi');
    equal([got.text, got.finishReason], [reply, 'stop'], 'text');
    truly(got.usage.totalTokens > 0, 'usage');
  },
  'text stream': async () => {
    const got = await stream('hi');
    equal([got.text, got.finish], [reply, 'stop'], 'text');
    truly(got.usage.totalTokens > 0, 'usage');
  },
  'image': async () => equal((await plain(undefined, { messages: [{ role: 'user', content: [{ type: 'text', text: 'hi' }, { type: 'image', image: 'data:image/png;base64,aGk=' }] }] })).text, reply, 'text'),
  'tools plain': async () => {
    const got = await plain('weather', { tools });
    equal([got.finishReason, got.toolCalls[0].toolName, got.toolCalls[0].input], ['tool-calls', 'get_weather', weather], 'call');
  },
  'tools stream': async () => {
    const got = await stream('weather', { tools });
    equal([got.finish, got.calls[0].toolName, got.calls[0].input], ['tool-calls', 'get_weather', weather], 'call');
  },
  'tool result': async () => {
    const got = await plain('weather', { tools: { get_weather: { ...tools.get_weather, execute: async () => 'sunny' } }, stopWhen: stepCountIs(3) });
    equal(got.text, 'It is sunny.', 'text');
  },
  'reasoning': async () => {
    const got = await stream('think');
    equal([got.thought, got.text], [thought, 'Forty-two.'], 'parts');
  },
  'error 401': () => fails(() => plain('hi', { model: make('bad')('openai/gpt-4o') }), (e) => e.statusCode === 401, '401'),
  'error model': () => fails(() => plain('hi', { model: provider('acme/nobody-serves-this') }), (e) => e.statusCode === 400 && /not a valid model ID/.test(e.message), 'model'),
  'error 402': () => status(402),
  'error 403': () => status(403),
  'error 404': () => status(404),
  'error 429': () => status(429),
  'error 500': () => status(500),
  'error in stream': () => fails(() => stream('fail frame'), (e) => /Upstream died/.test(e.message), 'frame'),
  'stream cut': () => fails(() => stream('fail cut'), () => true, 'cut'),
  'stream reset': () => fails(() => stream('fail reset'), () => true, 'reset'),
  'stream malformed': () => fails(() => stream('fail malformed'), () => true, 'malformed'),
});
