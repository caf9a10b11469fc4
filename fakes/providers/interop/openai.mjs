import OpenAI from 'openai';
import { base, equal, fails, named, parameters, reply, run, thought, truly, version, weather } from './kit.mjs';

const places = {
  'openai at OpenAI': { baseURL: base + '/v1', apiKey: 'sk-good', model: 'gpt-4o' },
  'openai at OpenRouter': { baseURL: base + '/api/v1', apiKey: 'sk-or-good', model: 'openai/gpt-4o' },
};
const tools = [{ type: 'function', function: { name: 'get_weather', parameters } }];

for (const [name, { baseURL, apiKey, model }] of Object.entries(places)) {
  const client = new OpenAI({ baseURL, apiKey, maxRetries: 0 });
  const chat = (content, more = {}) => client.chat.completions.create({ model, messages: [{ role: 'user', content }], ...more });
  const stream = async (content, more = {}) => {
    const all = client.chat.completions.stream({ model, messages: [{ role: 'user', content }], stream_options: { include_usage: true }, ...more });
    return all.finalChatCompletion();
  };
  const status = (n, kind) => fails(() => chat('fail ' + n), (e) => e.status === n && named(kind)(e), String(n));
  await run(`${name} ${version('openai')}`, {
    'text plain': async () => {
      const got = await chat('hi');
      equal(got.choices[0].message.content, reply, 'text');
      truly(got.usage.total_tokens > 0, 'usage');
    },
    'text stream': async () => {
      const got = await stream('hi');
      equal([got.choices[0].message.content, got.choices[0].finish_reason], [reply, 'stop'], 'text');
      truly(got.usage.total_tokens > 0, 'usage');
    },
    'image': async () => equal((await chat([{ type: 'text', text: 'hi' }, { type: 'image_url', image_url: { url: 'data:image/png;base64,aGk=' } }])).choices[0].message.content, reply, 'text'),
    'tools plain': async () => {
      const got = (await chat('weather', { tools })).choices[0];
      equal([got.finish_reason, got.message.tool_calls[0].function.name, JSON.parse(got.message.tool_calls[0].function.arguments)], ['tool_calls', 'get_weather', weather], 'call');
    },
    'tools stream': async () => {
      const got = (await stream('weather', { tools })).choices[0];
      equal([got.finish_reason, got.message.tool_calls[0].function.name, JSON.parse(got.message.tool_calls[0].function.arguments)], ['tool_calls', 'get_weather', weather], 'call');
    },
    'tool result': async () => {
      const call = (await chat('weather', { tools })).choices[0].message;
      const got = await client.chat.completions.create({
        model, tools, messages: [{ role: 'user', content: 'weather' }, call, { role: 'tool', tool_call_id: call.tool_calls[0].id, content: 'sunny' }],
      });
      equal(got.choices[0].message.content, 'It is sunny.', 'text');
    },
    'reasoning': async () => {
      const got = (await chat('think')).choices[0].message;
      equal([got.content, got.reasoning], ['Forty-two.', name.includes('Router') ? thought : undefined], 'message');
    },
    'responses plain': async () => equal((await client.responses.create({ model, input: 'hi' })).output_text, reply, 'text'),
    'responses stream': async () => {
      const got = await client.responses.stream({ model, input: 'hi' }).finalResponse();
      equal([got.status, got.output[0].content[0].text], ['completed', reply], 'response');
    },
    'responses tools': async () => {
      const got = await client.responses.stream({ model, input: 'weather', tools: [{ type: 'function', ...tools[0].function }] }).finalResponse();
      equal([got.output[0].type, got.output[0].name, JSON.parse(got.output[0].arguments)], ['function_call', 'get_weather', weather], 'call');
    },
    'models': async () => truly((await client.models.list()).data.length > 0, 'list'),
    'error 401': () => fails(() => new OpenAI({ baseURL, apiKey: 'bad', maxRetries: 0 }).chat.completions.create({ model, messages: [{ role: 'user', content: 'hi' }] }), named('AuthenticationError'), '401'),
    'error model': () => fails(() => client.chat.completions.create({ model: 'acme/nobody-serves-this', messages: [{ role: 'user', content: 'hi' }] }), named('BadRequestError', 'NotFoundError'), 'model'),
    'error body': () => fails(() => client.chat.completions.create({ model, messages: [] }), named('BadRequestError'), 'body'),
    'error 402': () => status(402, 'APIError'),
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
