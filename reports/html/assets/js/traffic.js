// Everything that crossed a wire: requests in the order in which they were made,
// and the RPC lines of Pi.

const MAX_LINES = 200;

const isRun = (c) => c.method === "POST" && (c.path === "/run" || c.path === "/stream");

// The run request in the one form that checks compare, beside the body as it was
// sent. There is none for a body that could not be read.
function inOneForm(ev, call) {
  const runs = (ev.wire ?? []).filter(isRun);
  return runs.length === (ev.requests ?? []).length ? ev.requests[runs.indexOf(call)] : undefined;
}

function trafficSection(ev) {
  const calls = [
    ...(ev.vault ?? []).map((c) => ({ at: c.at, to: "vault", line: `${c.method} ${c.path}${c.query ? `?${c.query}` : ""}`, status: c.status,
      header: { authorization: c.authorization }, body: c.body })),
    ...(ev.platform ?? []).map((c) => ({ at: c.at, to: "platform", line: `${c.method} ${c.path}${c.query ? `?${c.query}` : ""}`, status: c.status,
      header: { authorization: c.authorization }, body: c.body })),
    ...(ev.wire ?? []).map((c) => ({ at: c.at, to: "runner", line: `${c.method} ${c.path}`, status: c.status, header: c.header, body: c.body, form: inOneForm(ev, c), reply: c.reply, error: c.error })),
    ...(ev.elsewhere ?? []).map((c) => ({ at: c.at, to: "elsewhere", line: `${c.method} ${c.path}`, status: c.status, header: c.header, body: c.body, reply: c.reply, error: c.error })),
    ...(ev.providers ?? []).map((c) => ({ at: c.at, to: "provider", line: `${c.method} ${c.scheme}://${c.host}${c.path}${c.query ? `?${c.query}` : ""}`, status: c.status,
      header: c.header, body: c.body, error: c.refusal && `refused: ${c.refusal}`, note: [c.dialect, c.model && `model ${c.model}`, c.stream && "streamed", c.client_gone && "the client went away"] })),
    ...(ev.cloud?.calls ?? []).map((c) => ({ at: c.at, to: "cloud", line: `${c.method} ${c.path}${c.query ? `?${c.query}` : ""}`, status: c.status,
      body: c.body, reply: c.reply, note: [c.sandbox, ...(c.files ?? []).map((f) => `wrote ${f.path}, ${number(f.size)} bytes`)] })),
    ...(ev.egress ?? []).map((c) => ({ at: c.at, to: "egress", line: `${c.method} ${c.host}`, status: c.allowed ? "allowed" : "refused", error: c.allowed ? "" : c.reason })),
  ].sort((a, b) => new Date(a.at) - new Date(b.at));
  const own = (ev.processes ?? []).flatMap((p) => (p.http ?? []).map((c) => ({ to: "from Pi", line: `${c.method} ${c.url}`, status: c.status, header: c.header, body: c.body, error: c.error, note: [c.dialect, duration(c.ms)] })));
  if (!calls.length && !own.length) return h("p.quiet", "No request was made.");
  const start = calls.length ? new Date(calls[0].at) : 0;
  return [...calls, ...own].map((c) => request(c, start));
}

function request(c, start) {
  const bad = c.error || c.status === 0 || c.status >= 400 || c.status === "refused";
  const head = h("summary.request", h("span.to", c.to), h("code", c.line),
    h(bad ? "span.answer.bad" : "span.answer", `→ ${c.status || "none"}`), c.at && h("span.quiet", `+${duration(Math.max(0, new Date(c.at) - start))}`));
  const notes = (c.note ?? []).filter(Boolean);
  const headers = Object.entries(c.header ?? {}).filter(([, v]) => v);
  return h("details", head,
    c.error && h("p.problem", c.error), notes.length > 0 && h("p.quiet", notes.join(", ")),
    headers.length > 0 && code(headers.map(([k, v]) => `${k}: ${v}`).join("\n"), "headers"),
    c.body && code(pretty(c.body), "body"), c.form && [h("h4", "The same in one form"), code(pretty(JSON.stringify(c.form)), "request in one form")], c.reply && [h("h4", "Reply"), code(pretty(c.reply), "reply")],
    !headers.length && !c.body && !c.reply && !notes.length && !c.error && h("p.quiet", "Nothing more was recorded."));
}

function rpcSection(p) {
  const all = [
    ...(p.stdin ?? []).map((l) => ({ ...l, way: "→", name: "to Pi" })),
    ...(p.stdout ?? []).map((l) => ({ ...l, way: "←", name: "from Pi" })),
  ].sort((a, b) => a.at_ms - b.at_ms);
  if (!all.length) return h("p.quiet", "Nothing was said.");
  const box = h("ol.rpc", { tabindex: 0, "aria-label": "RPC lines" });
  const show = (upTo) => fill(box, all.slice(0, upTo).map((l) =>
    h("li", h("span.time", duration(l.at_ms)), h("span.way", { title: l.name, "aria-label": l.name }, l.way), h("code", marked(l.text)))));
  show(MAX_LINES);
  return [box, all.length > MAX_LINES && h("button", { type: "button", onclick: (e) => (show(all.length), e.target.remove()) }, `Show all ${number(all.length)} lines`)];
}
