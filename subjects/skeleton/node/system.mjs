// Stands for your system: the least that resolves a connection and asks a runner.
// Replace run() by a call of the real thing. It is here so that the driver can be
// tried at once; it holds few of the contract's clauses.

/** What a caller is told instead of a reply. */
export class Refused extends Error {
  constructor(name, stage, status, message, body = "") {
    super(message);
    Object.assign(this, { name, stage, status, body });
  }
}

/** One agent turn; the credential is the caller's Authorization header. */
export async function run(world, turn) {
  let llm = turn.llm ?? {};
  if (typeof llm === "string") {
    const cut = llm.indexOf("/");
    llm = { provider: llm.slice(0, cut), model: llm.slice(cut + 1) };
  }
  const record = choose(await records(world, turn.credential), llm);
  const kind = record.data.kind;
  const body = {
    harness: turn.harness, sandbox: turn.sandbox, messages: turn.messages,
    model: llm.model, provider: kind, deployment: "direct", credentialMode: "env",
    secrets: { [kind.toUpperCase() + "_API_KEY"]: record.data.provider.key ?? "" },
  };
  const token = "Bearer " + (process.env.AGENTA_RUNNER_TOKEN ?? "");
  const [status, text] = await send("POST", world.runner_url + "/run", token, body);
  const answer = JSON.parse(text);
  if (!answer.ok) {
    throw new Refused("RunFailedError", "run", status >= 400 ? status : 500, answer.error || "the run failed", text);
  }
  return { text: answer.output, model: answer.model ?? "", body: text };
}

async function records(world, credential) {
  const [status, text] = await send("GET", world.api_base + "/secrets/", credential);
  if (status !== 200) throw new Refused("ConnectionResolutionError", "resolve", 502, `the vault answered HTTP ${status}`, text);
  return JSON.parse(text);
}

function choose(found, llm) {
  const slug = llm.connection?.slug;
  const record = found.find((r) => (slug ? r.header.name === slug : r.data.kind === llm.provider));
  if (!record) throw new Refused("ConnectionNotFoundError", "resolve", 422, `no connection ${slug ?? llm.provider}`);
  return record;
}

async function send(method, url, authorization, body) {
  const headers = { Authorization: authorization, "Content-Type": "application/json" };
  const reply = await fetch(url, { method, headers, body: body && JSON.stringify(body) });
  return [reply.status, await reply.text()];
}
