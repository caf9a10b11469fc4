// A failing cell beside the passing one that differs on a single axis: usually
// the shortest way to the cause.

function neighbourSection(i, result) {
  const other = run.cells.neighbour[i];
  if (other < 0 || !result.evidence) return null;
  return lazy("Show what else differs between the two", () => {
    const box = h("div", h("p.quiet", "Loading …"));
    loadCell(other).then((there) => fill(box, comparison(result, there)), (err) => fill(box, h("p.problem", String(err.message))));
    return box;
  });
}

function comparison(here, there) {
  if (!there.evidence) return h("p.quiet", "The evidence of the neighbour is not in this file.");
  const parts = [
    ["run request", (ev) => pretty((ev.wire ?? []).at(0)?.body ?? "")],
    ["requests to providers", (ev) => (ev.providers ?? []).map((c) => `${c.method} ${c.scheme}://${c.host}${c.path} → ${c.status}\n${pretty(c.body)}`).join("\n")],
    ["auth.json", (ev) => fileOf(ev, "auth.json")],
    ["models.json", (ev) => fileOf(ev, "models.json")],
    ["settings.json", (ev) => fileOf(ev, "settings.json")],
    ["environment of Pi", (ev) => (lastProcess(ev)?.env ?? []).map((v) => `${v.name}${v.value ? `=${v.value}` : ""}`).join("\n")],
    ["what the caller was told", (ev) => JSON.stringify(ev.outcome ?? null, null, 2)],
    ["log of the subject", (ev) => (ev.log ?? []).join("\n")],
  ];
  const differing = parts.map(([name, of]) => [name, of(there.evidence), of(here.evidence)]).filter(([, a, b]) => a !== b);
  if (!differing.length) return h("p.quiet", "Nothing that is compared differs.");
  return differing.map(([name, a, b]) => [h("h3", name), diffView(a, b, "neighbour, passed", "this cell")]);
}

const fileOf = (ev, path) => (lastProcess(ev)?.files ?? []).find((f) => f.path === path)?.content ?? "";
