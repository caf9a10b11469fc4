import { Mistral } from '@mistralai/mistralai';
import { base, equal, fails, named, parameters, reply, run, thought, truly, version, weather } from './kit.mjs';

const make = (apiKey) => new Mistral({ apiKey, serverURL: base + '/mistral', retryConfig: { strategy: 'none' } });
const client = make('sk-good');
const model = 'codestral-latest';
const tools = [{ type: 'function', function: { name: 'get_weather', parameters } }];
const ask = (content, more = {}) => ({ model, messages: [{ role: 'user', content }], ...more });
const stream = async (content, more) => {
  const all = { text: '', calls: [], thought: '' };
  for await (const { data } of await client.chat.stream(ask(content, more))) {
    const { delta, finishReason } = data.choices[0];
    if (typeof delta.content === 'string') all.text += delta.content;
    else for (const part of delta.content ?? []) all.thought += part.thinking?.[0]?.text ?? '';
    all.calls.push(...(delta.toolCalls ?? []));
    all.finish = finishReason ?? all.finish;
    all.usage = data.usage ?? all.usage;
  }
  return all;
};
const called = (calls) => [calls[0].function.name, JSON.parse(calls[0].function.arguments), calls[0].id.length];
const status = (n) => fails(() => client.chat.complete(ask('fail ' + n)), (e) => e.statusCode === n && named('MistralError', 'SDKError')(e), String(n));

await run(`@mistralai/mistralai ${version('@mistralai/mistralai')}`, {
  'text plain': async () => {
    const got = await client.chat.complete(ask('hi'));
    equal(got.choices[0].message.content, reply, 'text');
    truly(got.usage.totalTokens > 0, 'usage');
  },
  'text stream': async () => {
    const got = await stream('hi');
    equal([got.text, got.finish], [reply, 'stop'], 'text');
    truly(got.usage.totalTokens > 0, 'usage');
  },
  'image': async () => equal((await client.chat.complete(ask([{ type: 'text', text: 'hi' }, { type: 'image_url', imageUrl: 'data:image/png;base64,aGk=' }]))).choices[0].message.content, reply, 'text'),
  'tools plain': async () => equal(called((await client.chat.complete(ask('weather', { tools }))).choices[0].message.toolCalls), ['get_weather', weather, 9], 'call'),
  'tools stream': async () => {
    const got = await stream('weather', { tools });
    equal([...called(got.calls), got.finish], ['get_weather', weather, 9, 'tool_calls'], 'call');
  },
  'tool result': async () => {
    const { message } = (await client.chat.complete(ask('weather', { tools }))).choices[0];
    const got = await client.chat.complete({
      model, tools, messages: [{ role: 'user', content: 'weather' }, message, { role: 'tool', toolCallId: message.toolCalls[0].id, content: 'sunny' }],
    });
    equal(got.choices[0].message.content, 'It is sunny.', 'text');
  },
  'tool id': () => fails(() => client.chat.complete({
    model, messages: [{ role: 'user', content: 'x' }, { role: 'assistant', content: '', toolCalls: [{ id: 'call_1', function: { name: 'f', arguments: '{}' } }] }, { role: 'tool', toolCallId: 'call_1', content: 'y' }],
  }), (e) => /length of 9/.test(e.message + e.body), 'id'),
  'reasoning': async () => {
    const got = await stream('think');
    equal([got.thought, got.text], [thought, 'Forty-two.'], 'parts');
  },
  'error 401': () => fails(() => make('bad').chat.complete(ask('hi')), (e) => e.statusCode === 401, '401'),
  'error model': () => fails(() => client.chat.complete(ask('hi', { model: 'nobody-serves-this' })), (e) => e.statusCode === 400, 'model'),
  'error 402': () => status(402),
  'error 403': () => status(403),
  'error 404': () => status(404),
  'error 429': () => status(429),
  'error 500': () => status(500),
  'error in stream': () => fails(() => stream('fail frame'), () => true, 'frame'),
  'stream cut': () => fails(() => stream('fail cut'), () => true, 'cut'),
  'stream reset': () => fails(() => stream('fail reset'), () => true, 'reset'),
  'stream malformed': () => fails(() => stream('fail malformed'), () => true, 'malformed'),
});
