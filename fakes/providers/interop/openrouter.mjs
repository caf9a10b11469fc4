import { OpenRouter } from '@openrouter/sdk';
import { base, equal, fails, named, parameters, reply, run, thought, truly, version, weather } from './kit.mjs';

const make = (apiKey) => new OpenRouter({ apiKey, serverURL: base + '/api/v1', retryConfig: { strategy: 'none' } });
const client = make('sk-or-good');
const model = 'openai/gpt-4o';
const tools = [{ type: 'function', function: { name: 'get_weather', parameters } }];
const ask = (content, more = {}) => ({ chatRequest: { model, messages: [{ role: 'user', content }], ...more } });
const plain = (content, more) => client.chat.send(ask(content, { ...more, stream: false }));
const stream = async (content, more) => {
  const all = { text: '', thought: '', calls: [] };
  for await (const chunk of await client.chat.send(ask(content, { ...more, stream: true }))) {
    if (chunk.error) all.error = chunk.error;
    all.usage = chunk.usage ?? all.usage;
    const choice = chunk.choices[0];
    if (!choice) continue;
    all.text += choice.delta.content ?? '';
    all.thought += choice.delta.reasoning ?? '';
    for (const c of choice.delta.toolCalls ?? []) {
      const call = (all.calls[c.index] ??= { name: '', arguments: '' });
      call.name += c.function?.name ?? '';
      call.arguments += c.function?.arguments ?? '';
    }
    all.finish = choice.finishReason ?? all.finish;
  }
  return all;
};
const status = (n, kind) => fails(() => plain('fail ' + n), (e) => e.statusCode === n && named(kind)(e), String(n));

await run(`@openrouter/sdk ${version('@openrouter/sdk')}`, {
  'text plain': async () => {
    const got = await plain('hi');
    equal(got.choices[0].message.content, reply, 'text');
    truly(got.usage.cost > 0, 'cost');
  },
  'text stream': async () => {
    const got = await stream('hi');
    equal([got.text, got.finish], [reply, 'stop'], 'text');
    truly(got.usage.cost > 0, 'cost');
  },
  'tools plain': async () => {
    const got = (await plain('weather', { tools })).choices[0];
    equal([got.finishReason, got.message.toolCalls[0].function.name, JSON.parse(got.message.toolCalls[0].function.arguments)], ['tool_calls', 'get_weather', weather], 'call');
  },
  'tools stream': async () => {
    const got = await stream('weather', { tools });
    equal([got.finish, got.calls[0].name, JSON.parse(got.calls[0].arguments)], ['tool_calls', 'get_weather', weather], 'call');
  },
  'tool result': async () => {
    const { message } = (await plain('weather', { tools })).choices[0];
    const got = await client.chat.send({ chatRequest: { model, tools, stream: false, messages: [{ role: 'user', content: 'weather' }, message, { role: 'tool', toolCallId: message.toolCalls[0].id, content: 'sunny' }] } });
    equal(got.choices[0].message.content, 'It is sunny.', 'text');
  },
  'reasoning': async () => {
    const got = await stream('think');
    equal([got.thought, got.text], [thought, 'Forty-two.'], 'deltas');
  },
  'fallback': async () => equal((await plain('hi', { model: 'acme/nobody-serves-this', models: ['openai/gpt-4o-mini:nitro'] })).model, 'openai/gpt-4o-mini', 'model'),
  'models': async () => truly((await client.models.list()).result.data.length > 0, 'list'),
  'models user': async () => truly((await client.models.listForUser({ bearer: 'sk-or-good' })).result.data.length > 0, 'list'),
  'models count': async () => truly((await client.models.count()).data.count > 0, 'count'),
  'endpoints': async () => truly((await client.endpoints.list({ author: 'openai', slug: 'gpt-4o-mini' })).data.endpoints.length > 0, 'list'),
  'providers': async () => truly((await client.providers.list()).data.length > 0, 'list'),
  'key': async () => truly((await client.apiKeys.getCurrentKeyMetadata()).data.usage > 0, 'usage'),
  'credits': async () => truly((await make('sk-or-manage').credits.getCredits()).data.totalUsage > 0, 'usage'),
  'credits refused': () => fails(() => client.credits.getCredits(), named('ForbiddenResponseError'), '403'),
  'generation': async () => {
    const { id } = await plain('hi');
    const { data } = await client.generations.getGeneration({ id });
    equal([data.id, data.model, data.finishReason], [id, model, 'stop'], 'record');
  },
  'generation unknown': () => fails(() => client.generations.getGeneration({ id: 'gen-none' }), named('NotFoundResponseError'), '404'),
  'error 401': () => fails(() => make('bad').chat.send(ask('hi', { stream: false })), named('UnauthorizedResponseError'), '401'),
  'error model': () => fails(() => plain('hi', { model: 'acme/nobody-serves-this' }), named('BadRequestResponseError'), 'model'),
  'error 402': () => status(402, 'PaymentRequiredResponseError'),
  'error 403': () => status(403, 'ForbiddenResponseError'),
  'error 404': () => status(404, 'NotFoundResponseError'),
  'error 413': () => status(413, 'PayloadTooLargeResponseError'),
  'error 422': () => status(422, 'UnprocessableEntityResponseError'),
  'error 429': () => status(429, 'TooManyRequestsResponseError'),
  'error 500': () => status(500, 'InternalServerResponseError'),
  'error 502': () => status(502, 'BadGatewayResponseError'),
  'error 503': () => status(503, 'ServiceUnavailableResponseError'),
  'error in stream': async () => {
    const got = await stream('fail frame');
    equal([got.error.code, got.error.message, got.finish], [502, 'Upstream died', 'error'], 'chunk');
  },
  'stream cut': () => fails(() => stream('fail cut'), () => true, 'cut'),
  'stream reset': () => fails(() => stream('fail reset'), () => true, 'reset'),
  'stream malformed': () => fails(() => stream('fail malformed'), () => true, 'malformed'),
});
