// A driver for conform: JSON-RPC 2.0 on stdin and stdout, one message a line.
//
//     conform subject check 'cmd:node driver.mjs'
//
// The part that you replace is system.mjs. Anything you print must go to stderr.

import readline from "node:readline";
import { Refused, run } from "./system.mjs";

const prepared = {}; // the world: addresses, policy; see docs/subjects.md

const methods = {
  describe: () => ({
    name: "my-subject",
    version: "0.1",
    protocol: "1.0",
    editions: ["2026-07-02"],
    // Claim what is there. What is not claimed is never judged.
    capabilities: ["resolve"],
    harnesses: ["pi_core"],
    sandboxes: ["local"],
    probes: [],
  }),

  prepare: (world) => {
    Object.assign(prepared, world);
    return {}; // a subject with a runner of its own answers {runner_url: ...}
  },

  invoke: async (turn) => {
    try {
      const reply = await run(prepared, turn);
      return { ok: true, status: 200, reply: reply.text, model: reply.model, raw: reply.body };
    } catch (error) {
      // Report what the caller of your system would be told, word for word. What
      // nobody thought of is an internal error to its caller.
      const told = error instanceof Refused ? error : new Refused(error.name, "", 500, error.message);
      const { name, stage, status, message, body } = told;
      return { ok: false, status, reply: "", model: "", raw: body, error: { class: name, stage, message } };
    }
  },

  shutdown: () => null,
};

async function answer(call) {
  const method = methods[call.method];
  if (!method) return { error: { code: -32601, message: `no method ${call.method}` } };
  try {
    return { result: await method(call.params) };
  } catch (error) {
    console.error(error);
    return { error: { code: -32603, message: String(error) } };
  }
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  const call = JSON.parse(line);
  if (call.id === undefined) continue; // a notification; "cancel" is the only one
  const reply = { jsonrpc: "2.0", id: call.id, ...(await answer(call)) };
  process.stdout.write(JSON.stringify(reply) + "\n");
  if (call.method === "shutdown") break;
}
