// What the contract's tables say of a cell, beside what was seen. This shows;
// it does not judge: the findings do.

function expectedSection(result) {
  if (!result.expected?.length) return null;
  const verdicts = new Map((result.findings ?? []).map((f) => [f.clause, f.judgement]));
  return table("Expected and observed", [["fact", ""], ["expected", ""], ["observed", ""], ["clauses", ""], ["because", "wide"]], result.expected.map((x) => {
    const seen = result.evidence ? observedFact(x.fact, result.evidence) : undefined;
    const bad = (x.clauses ?? []).some((c) => verdicts.get(c) === "violated");
    return h(bad ? "tr.bad-row" : "tr",
      h("th", { scope: "row" }, x.fact), h("td", h("code", x.value)),
      h("td", seen === undefined ? h("span.quiet", "see the evidence") : h("code", marked(seen))),
      h("td", (x.clauses ?? []).map((c) => h(verdicts.get(c) === "violated" ? "span.chip.bad" : "span.chip", { title: `${verdicts.get(c) ?? "not judged here"}: ${statementOf(c)}` },
        { violated: "✗ ", holds: "✓ " }[verdicts.get(c)] ?? "", c))),
      h("td.wide", x.because ?? "", h("span.source", x.row)));
  }));
}

/** observedFact finds the plain facts in the evidence; undefined where it takes a
 *  check to say what was seen. */
function observedFact(fact, ev) {
  const reader = FACTS[fact];
  if (!reader) return undefined;
  try {
    return String(reader(ev) ?? "-");
  } catch {
    return undefined;
  }
}

const FACTS = {
  refusal: (ev) => (ev.outcome ? ev.outcome.error?.class ?? "no" : undefined),
  "refusal.status": (ev) => (ev.outcome?.error ? ev.outcome.status : "-"),
  "vault.reads": (ev) => (ev.vault ?? []).length,
  mode: (ev) => wireBody(ev)?.credentialMode,
  "wire.provider": (ev) => wireBody(ev)?.provider,
  "wire.deployment": (ev) => wireBody(ev)?.deployment,
  "wire.url": (ev) => wireBody(ev)?.endpoint?.baseUrl ?? "no",
  "wire.variable": (ev) => Object.keys(wireBody(ev)?.secrets ?? {}).join(", ") || "-",
  "wire.connection": (ev) => (wireBody(ev)?.connection ? "yes" : "no"),
  config: (ev) => (lastProcess(ev)?.files ?? []).filter((f) => /^(?:auth|models)\.json$/.test(f.path)).map((f) => f.path.replace(".json", "")).join("+") || "none",
  called: (ev) => [...new Set((ev.providers ?? []).map((c) => /«(\w+):/.exec(c.key)?.[1] ?? "without a known key"))].join(", ") || "none",
  "request.host": (ev) => (ev.providers ?? []).at(-1)?.host,
  "request.path": (ev) => (ev.providers ?? []).at(-1)?.path,
  "request.dialect": (ev) => (ev.providers ?? []).at(-1)?.dialect,
};

const lastProcess = (ev) => (ev.processes ?? []).at(-1);

// What travelled, whatever its shape; of runs without that form, the body itself.
function wireBody(ev) {
  const read = (ev.requests ?? [])[0];
  if (read) {
    const vars = (read.credentials ?? []).filter((c) => c.role !== "gateway").map((c) => [c.name, c.value]);
    return { ...read, credentialMode: read.credential_mode, secrets: Object.fromEntries(vars) };
  }
  const call = (ev.wire ?? []).find((c) => c.method === "POST");
  return call ? JSON.parse(call.body) : undefined;
}
