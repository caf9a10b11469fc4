// The causes: groups of cells that failed alike, each with one to look at.

const MAX_CAUSES = 12;

function renderCauses(all = false) {
  const box = byId("causes");
  box.hidden = !run.causes.length;
  if (box.hidden) return;
  const shown = all ? run.causes : run.causes.slice(0, MAX_CAUSES);
  fill(byId("cause-list"), shown.map(causeItem));
  const rest = run.causes.length - shown.length;
  byId("causes-title").textContent = `${plural(run.causes.length, "cause")} of what went wrong`;
  fill(byId("cause-more"), rest > 0 && h("button", { type: "button", onclick: () => renderCauses(true) }, `Show ${number(rest)} more`));
}

function causeItem(cause, k) {
  const s = STATUSES.indexOf(cause.status);
  return h(`li.cause.s-${cause.status}`,
    h("div.cause-head", badge(s), filterLink(`cause:${k + 1}`, plural(cause.count, "cell")),
      (cause.clauses ?? []).map((c) => h("span.chip", { title: statementOf(c) }, c))),
    h("p.signature", marked(cause.signature)),
    also(cause),
    cause.where && h("p.where", h("span.label", "where "), filterLink(cause.where, cause.where), h("span.quiet", " — every cell of this cause, and no cell that passed")),
    h("p.reproduce", h("span.label", "one of them "), cellLink(run.byId.get(cause.representative), cause.representative)),
    cause.reproduce && h("div.command", h("code", cause.reproduce), copyButton(cause.reproduce)));
}

/** also lists what else some of the cells show. */
function also(cause) {
  const items = (cause.also ?? []).map((a) => h("li", h("span.label", `${number(a.count)}× `), marked(a.symptom)));
  return items.length > 0 && h("ul.also", items);
}

function statementOf(id) {
  const k = run.clauseAt.get(id);
  return k === undefined ? "unknown to the contract" : run.board.clauses[k].clause.statement;
}

/** cellLink opens the page of a cell. */
function cellLink(i, text) {
  if (i === undefined || i < 0) return text;
  return h("a.cell-link", {
    href: hashFor({ cell: run.cells.id[i] }),
    onclick: (e) => {
      e.preventDefault();
      go({ cell: run.cells.id[i] });
    },
  }, text);
}
