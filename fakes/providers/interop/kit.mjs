// Runs the checks of one client library and prints one JSON line for each.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export const reply = 'Grüße, <hello> & "welcome" from the model.';
export const thought = 'I weigh it up.';
export const weather = { city: 'Zürich', days: [1, 2] };
export const parameters = { type: 'object', properties: { city: { type: 'string' }, days: { type: 'array', items: { type: 'number' } } } };
export const base = process.argv[2];

const require = createRequire(import.meta.url);

// version finds the manifest of a package, which its exports may hide.
export function version(name) {
  for (const root of require.resolve.paths(name)) {
    try {
      return JSON.parse(readFileSync(join(root, name, 'package.json'), 'utf8')).version;
    } catch (_) {
      continue;
    }
  }
  return 'unknown';
}

export function equal(got, want, what) {
  const g = JSON.stringify(got), w = JSON.stringify(want);
  if (g !== w) throw new Error(`${what}: ${g}, want ${w}`);
}

export function truly(value, what) {
  if (!value) throw new Error(`${what}: ${JSON.stringify(value)}`);
}

// fails expects that a call throws and that what is thrown fits.
export async function fails(call, fits, what) {
  let got;
  try {
    got = await call();
  } catch (error) {
    const seen = `${error?.constructor?.name} ${error?.name} status=${error?.status ?? error?.statusCode} ${String(error?.message).slice(0, 160)}`;
    if (!fits(error)) throw new Error(`${what}: surfaced as ${seen}`);
    return;
  }
  throw new Error(`${what}: no error, but ${JSON.stringify(got)?.slice(0, 200)}`);
}

// named fits an error of a class that says so by its constructor or name.
export const named = (...names) => (error) => names.includes(error?.constructor?.name) || names.includes(error?.name);

export async function run(client, features) {
  for (const [feature, check] of Object.entries(features)) {
    const line = { client, feature, ok: true };
    try {
      let timer;
      const late = new Promise((_, reject) => (timer = setTimeout(() => reject(new Error('no answer in 60 s')), 60_000)));
      await Promise.race([check(), late]).finally(() => clearTimeout(timer));
    } catch (error) {
      line.ok = false;
      line.why = String(error?.stack ?? error).split('\n').slice(0, 3).join(' | ');
    }
    console.log(JSON.stringify(line));
  }
}
