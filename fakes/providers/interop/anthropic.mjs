import Anthropic from '@anthropic-ai/sdk';
import { base, equal, fails, named, parameters, reply, run, thought, truly, version, weather } from './kit.mjs';

const places = {
  'anthropic at Anthropic': { baseURL: base, apiKey: 'sk-good', model: 'claude-test' },
  'anthropic at OpenRouter': { baseURL: base + '/api', apiKey: 'sk-or-good', model: 'anthropic/claude-3-haiku' },
};
const tools = [{ name: 'get_weather', input_schema: parameters }];

for (const [name, { baseURL, apiKey, model }] of Object.entries(places)) {
  const client = new Anthropic({ baseURL, apiKey, maxRetries: 0 });
  const ask = (content, more = {}) => ({ model, max_tokens: 100, messages: [{ role: 'user', content }], ...more });
  const plain = (content, more) => client.messages.create(ask(content, more));
  const stream = (content, more) => client.messages.stream(ask(content, more)).finalMessage();
  const status = (n, kind) => fails(() => plain('fail ' + n), (e) => e.status === n && named(kind)(e), String(n));
  await run(`${name} ${version('@anthropic-ai/sdk')}`, {
    'text plain': async () => equal((await plain('hi')).content[0].text, reply, 'text'),
    'text stream': async () => {
      const got = await stream('hi');
      equal([got.content[0].text, got.stop_reason], [reply, 'end_turn'], 'text');
      truly(got.usage.output_tokens > 0, 'usage');
    },
    'image': async () => equal((await plain([{ type: 'text', text: 'hi' }, { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'aGk=' } }])).content[0].text, reply, 'text'),
    'tools plain': async () => {
      const got = await plain('weather', { tools });
      equal([got.stop_reason, got.content[0].name, got.content[0].input], ['tool_use', 'get_weather', weather], 'call');
    },
    'tools stream': async () => {
      const got = await stream('weather', { tools });
      equal([got.stop_reason, got.content[0].name, got.content[0].input], ['tool_use', 'get_weather', weather], 'call');
    },
    'tool result': async () => {
      const call = await plain('weather', { tools });
      const got = await client.messages.create({
        model, max_tokens: 100, tools,
        messages: [{ role: 'user', content: 'weather' }, { role: 'assistant', content: call.content }, { role: 'user', content: [{ type: 'tool_result', tool_use_id: call.content[0].id, content: 'sunny' }] }],
      });
      equal(got.content[0].text, 'It is sunny.', 'text');
    },
    'reasoning': async () => {
      const got = await stream('think');
      equal([got.content[0].thinking, got.content[1].text], [thought, 'Forty-two.'], 'blocks');
    },
    'error 401': () => fails(() => new Anthropic({ baseURL, apiKey: 'bad', maxRetries: 0 }).messages.create(ask('hi')), named('AuthenticationError'), '401'),
    'error model': () => fails(() => client.messages.create(ask('hi', { model: 'nobody-serves-this' })), named('BadRequestError', 'NotFoundError'), 'model'),
    'error body': () => fails(() => client.messages.create(ask('hi', { messages: [] })), named('BadRequestError'), 'body'),
    'error 402': () => status(402, 'PaymentRequiredError'),
    'error 403': () => status(403, 'PermissionDeniedError'),
    'error 404': () => status(404, 'NotFoundError'),
    'error 422': () => status(422, 'UnprocessableEntityError'),
    'error 429': () => status(429, 'RateLimitError'),
    'error 500': () => status(500, 'InternalServerError'),
    'error in stream': () => fails(() => stream('fail frame'), (e) => /Upstream died/.test(e.message), 'frame'),
    'stream cut': () => fails(() => stream('fail cut'), () => true, 'cut'),
    'stream reset': () => fails(() => stream('fail reset'), () => true, 'reset'),
    'stream malformed': () => fails(() => stream('fail malformed'), () => true, 'malformed'),
  });
}
