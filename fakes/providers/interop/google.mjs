import { GoogleGenAI } from '@google/genai';
import { base, equal, fails, parameters, reply, run, thought, truly, version, weather } from './kit.mjs';

const client = (apiKey) => new GoogleGenAI({ apiKey, httpOptions: { baseUrl: base } });
const { models } = client('sk-good');
const model = 'gemini-2.5-flash';
const config = { tools: [{ functionDeclarations: [{ name: 'get_weather', parametersJsonSchema: parameters }] }] };
const plain = (contents, more = {}) => models.generateContent({ model, contents, ...more });
const stream = async (contents, more = {}) => {
  let text = '', calls = [], finish, usage;
  for await (const chunk of await models.generateContentStream({ model, contents, ...more })) {
    text += chunk.text ?? '';
    calls.push(...(chunk.functionCalls ?? []));
    finish = chunk.candidates?.[0]?.finishReason ?? finish;
    usage = chunk.usageMetadata ?? usage;
  }
  return { text, calls, finish, usage };
};
const status = (n) => fails(() => plain('fail ' + n), (e) => e.name === 'ApiError' && e.status === n, String(n));

await run(`@google/genai ${version('@google/genai')}`, {
  'text plain': async () => {
    const got = await plain('hi');
    equal(got.text, reply, 'text');
    truly(got.usageMetadata.totalTokenCount > 0, 'usage');
  },
  'text stream': async () => {
    const got = await stream('hi');
    equal([got.text, got.finish], [reply, 'STOP'], 'text');
    truly(got.usage.totalTokenCount > 0, 'usage');
  },
  'image': async () => equal((await plain([{ role: 'user', parts: [{ text: 'hi' }, { inlineData: { mimeType: 'image/png', data: 'aGk=' } }] }])).text, reply, 'text'),
  'tools plain': async () => {
    const got = (await plain('weather', { config })).functionCalls[0];
    equal([got.name, got.args], ['get_weather', weather], 'call');
  },
  'tools stream': async () => {
    const got = await stream('weather', { config });
    equal([got.calls[0].name, got.calls[0].args, got.finish], ['get_weather', weather, 'STOP'], 'call');
  },
  'tool result': async () => {
    const got = await plain([
      { role: 'user', parts: [{ text: 'weather' }] }, { role: 'model', parts: [{ functionCall: { name: 'get_weather', args: weather } }] },
      { role: 'user', parts: [{ functionResponse: { name: 'get_weather', response: { output: 'sunny' } } }] },
    ], { config });
    equal(got.text, 'It is sunny.', 'text');
  },
  'reasoning': async () => {
    const parts = (await plain('think')).candidates[0].content.parts;
    equal([parts[0].thought, parts[0].text, parts[1].text], [true, thought, 'Forty-two.'], 'parts');
  },
  'models': async () => {
    const list = await models.list();
    truly(list.page.length > 0, 'list');
  },
  'error 401': () => fails(() => client('bad').models.generateContent({ model, contents: 'hi' }), (e) => e.name === 'ApiError' && e.status === 401, '401'),
  'error model': () => fails(() => plain('hi', { model: 'nobody-serves-this' }), (e) => e.name === 'ApiError' && e.status === 404, 'model'),
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
