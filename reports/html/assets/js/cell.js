// The page of a cell: what was expected, what was seen, and what to do next.

let opened = 0; // counts openings: a slow decode must not overwrite a later cell

async function renderCell() {
  const i = run.byId.get(state.cell);
  const page = byId("cell");
  byId("overview").hidden = Boolean(state.cell);
  page.hidden = !state.cell;
  const ticket = ++opened;
  if (!state.cell) return;
  if (i === undefined) {
    return fill(page, backLink(), h("h1", "No such cell"), h("p", "This run has no cell ", h("code", state.cell), "."));
  }
  let result;
  try {
    result = await loadCell(i);
  } catch (err) {
    if (ticket === opened) fill(page, backLink(), h("h1", run.cells.id[i]), h("p.problem", `The evidence cannot be read: ${err.message}`));
    return;
  }
  if (ticket !== opened) return;
  fill(page, cellPage(i, result));
  window.scrollTo(0, 0);
  page.querySelector("h1").focus({ preventScroll: true });
}

const backLink = () => h("a.back", { href: hashFor({ cell: "" }), onclick: (e) => (e.preventDefault(), go({ cell: "" })) }, "← All cells");

function cellPage(i, result) {
  const ev = result.evidence;
  const sections = [
    ["findings", "Findings", findingsSection(result)],
    ["expected", "Expected and observed", expectedSection(result)],
    ["neighbour", "Beside the passing neighbour", neighbourSection(i, result)],
    ...(ev ? evidenceSections(result, ev) : []),
    ["raw", "Everything as JSON", lazy("Show", () => [copyButton(JSON.stringify(result, null, 2)), code(JSON.stringify(result, null, 2), "result as JSON")])],
  ].filter(([, , body]) => body);
  return [
    h("div.cell-nav", backLink(), h("span.spread"), position(i)),
    h("header.cell-head", badge(run.cells.status[i]), h("h1", { tabindex: -1 }, run.cells.id[i])),
    result.reason && h("p.reason", result.reason),
    h("ul.chips", run.axes.map((axis, a) => [axis.name, axisValue(i, a)]).filter(([, value]) => value !== undefined).map(([axis, value]) =>
      h("li", filterLink(`${axis}=${value}`, h("span.label", axis), " ", value)))),
    result.reproduce && h("div.command", h("code", result.reproduce), copyButton(result.reproduce)),
    neighbourLine(i),
    !ev && h("p.notice", run.cells.cut[i] ? "To keep this file small, it does not hold the evidence of this cell. It stands in results.jsonl." : "No evidence was collected in this cell."),
    h("nav.contents", { "aria-label": "Sections" }, sections.map(([id, title]) =>
      h("button.link", { type: "button", onclick: () => byId(`s-${id}`).scrollIntoView({ block: "start" }) }, title))),
    sections.map(([id, title, body]) => h("section", { id: `s-${id}`, "aria-label": title }, h("h2", title), body)),
  ];
}

function position(i) {
  const k = list.shown.indexOf(i);
  if (k < 0) return h("span.quiet", "not in the filter");
  const jump = (to, label, name) =>
    h("button.small", { type: "button", "aria-label": name, disabled: to === undefined, onclick: () => go({ cell: run.cells.id[to] }, { replace: true }) }, label);
  return [jump(list.shown[k - 1], "↑ k", "previous cell"), h("span.quiet", ` ${number(k + 1)} of ${number(list.shown.length)} `), jump(list.shown[k + 1], "↓ j", "next cell")];
}

function neighbourLine(i) {
  const other = run.cells.neighbour[i];
  if (other < 0) return isBad(run.cells.status[i]) && h("p.neighbour.quiet", "No passing cell differs from this one on a single axis.");
  const a = run.cells.differs[i];
  return h("p.neighbour", h("span.label", "Passes with "), h("strong", `${run.axes[a].name}=${axisValue(other, a)}`),
    ` instead of ${axisValue(i, a)}: `, cellLink(other, run.cells.id[other]));
}

function findingsSection(result) {
  const of = (j) => (result.findings ?? []).filter((f) => f.judgement === j);
  const [violated, holds, na, masked] = ["violated", "holds", "not-applicable", "masked"].map(of);
  const byReason = (list) => Object.entries(list.reduce((m, f) => ((m[f.reason ?? ""] ??= []).push(f), m), {}));
  return h("div",
    violated.map((f) => h("article.finding.s-failed", h("h3", h("span.symbol", { "aria-hidden": "true" }, "✗"), ` ${f.clause} `, h("span.quiet", clauseMeta(f.clause))),
      h("p", statementOf(f.clause)), (f.mismatches ?? []).map((m) => mismatch(f, m, result.gists?.[m])))),
    !violated.length && h("p.quiet", "No clause is violated."),
    holds.length > 0 && h("details", h("summary", `✓ ${plural(holds.length, "clause")} hold${holds.length === 1 ? "s" : ""}`), clauseList(holds)),
    byReason(masked).map(([reason, list]) => h("details", h("summary", `◌ ${plural(list.length, "clause")} masked by that: ${reason}`), clauseList(list))),
    byReason(na).map(([reason, list]) => h("details", h("summary", `– ${plural(list.length, "clause")} not applicable: ${reason}`), clauseList(list))));
}

/** mismatch is one line, and what the check said in full where that says more. */
function mismatch(finding, text, gist) {
  const full = code(text, `mismatch of ${finding.clause}`);
  if (!gist || gist === text) return full;
  return h("details.mismatch", { open: gist.endsWith("…") }, h("summary", marked(gist)), full);
}

const clauseList = (findings) => h("ul.clauses", findings.map((f) => h("li", h("strong", f.clause), " ", statementOf(f.clause))));

function clauseMeta(id) {
  const k = run.clauseAt.get(id);
  if (k === undefined) return "";
  const { gap, slice, level, source } = run.board.clauses[k].clause;
  return `gap ${gap}, slice ${slice}, ${level}; ${source}`;
}

/** lazy makes its content when it is first opened. */
function lazy(summary, make) {
  const body = h("div");
  return h("details", { ontoggle: (e) => e.target.open && !body.hasChildNodes() && fill(body, make()) }, h("summary", summary), body);
}
