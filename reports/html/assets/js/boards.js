// The scoreboards: the run held against the contract, by gap, slice and clause.

const BOARDS = [["gap", "Gaps"], ["slice", "Slices"], ["clause", "Clauses"], ["unshown", "Not shown"]];

function renderBoards() {
  fill(byId("board-tabs"), BOARDS.map(([key, label]) =>
    h("button.tab", {
      type: "button", role: "tab", id: `tab-${key}`, "aria-selected": String(state.board === key), "aria-controls": "board",
      tabindex: state.board === key ? 0 : -1,
      onclick: () => go({ board: key }, { replace: true }),
      onkeydown: (e) => {
        const step = { ArrowLeft: -1, ArrowRight: 1 }[e.key];
        if (!step) return;
        const at = BOARDS.findIndex(([k]) => k === state.board);
        const next = BOARDS[(at + step + BOARDS.length) % BOARDS.length][0];
        go({ board: next }, { replace: true });
        byId(`tab-${next}`).focus();
      },
    }, label, key === "unshown" && h("span.count", number(notShown().length)))));
  const board = byId("board");
  board.setAttribute("aria-labelledby", `tab-${state.board}`);
  switch (state.board) {
    case "slice": return fill(board, groupTable("slice", run.board.slices));
    case "clause": return fill(board, clauseTable(run.board.clauses));
    case "unshown": return fill(board, notShownTable());
    default: return fill(board, groupTable("gap", run.board.gaps));
  }
}

const notShown = () => run.board.clauses.filter((c) => ["unshown", "masked", "not exercised"].includes(c.standing));

function table(caption, heads, rows) {
  return h("div.scroll", { tabindex: 0, role: "region", "aria-label": caption },
    h("table", h("caption.offscreen", caption),
      h("thead", h("tr", heads.map(([name, kind]) => h(`th${kind ? "." + kind : ""}`, { scope: "col" }, name)))),
      h("tbody", rows)));
}

function groupTable(kind, groups) {
  const heads = [[kind, ""], ["", "wide"], ["clauses", "wide"], ["hold", "num"], ["violated", "num"], ["not shown", "num"], ["cells", "num"]];
  return table(`Scoreboard by ${kind}`, heads, groups.map((g) => {
    const n = (standing) => g.clauses[standing] ?? 0;
    const total = Object.values(g.clauses).reduce((a, b) => a + b, 0);
    return h("tr", 
      h("th", { scope: "row" }, filterLink(`${kind}:${g.name}`, kind === "gap" && /^\d/.test(g.name) ? `Gap ${g.name}` : g.name)),
      h("td.wide", g.label ?? ""),
      h("td.wide", bar([["violated", n("violated")], ["holds", n("holds")], ["masked", n("masked")], ["not exercised", n("not exercised")], ["unshown", n("unshown")]], total)),
      h("td.num", number(n("holds")), h("span.of", ` / ${number(total)}`)),
      h("td.num", n("violated") ? filterLink(`violates:${kind}:${g.name}`, h("span.bad", `✗ ${number(n("violated"))}`)) : "0"),
      h("td.num", number(n("not exercised") + n("masked") + n("unshown"))),
      h("td.num", number(g.cells)));
  }));
}

/** bar shows parts of a whole; the numbers stand beside it for those who cannot see it. */
function bar(parts, total) {
  const el = h("div.bar", { role: "img", "aria-label": parts.filter(([, n]) => n).map(([name, n]) => `${n} ${name}`).join(", ") });
  for (const [name, n] of parts) {
    if (!n) continue;
    const part = h(`span.s-${STANDINGS[name][1]}`, { title: `${n} ${name}` });
    part.style.flexGrow = n / total;
    el.append(part);
  }
  return el;
}

function clauseTable(clauses) {
  const heads = [["clause", ""], ["standing", ""], ["statement", "wide"], ["gap", ""], ["slice", ""], ["level", ""], ["hold", "num"], ["violated", "num"], ["n/a", "num"], ["cells", "num"]];

  const sorted = [...clauses].sort((a, b) => (a.standing === "violated" ? 0 : 1) - (b.standing === "violated" ? 0 : 1));
  return table("Scoreboard by clause", heads, sorted.map((c) =>
    h("tr",
      h("th", { scope: "row" }, filterLink(`clause:${c.clause.id}`, c.clause.id)),
      h("td", standingBadge(c.standing)),
      h("td.wide.statement", c.clause.statement, h("span.source", c.clause.source)),
      h("td", c.clause.gap), h("td", c.clause.slice), h("td", c.clause.level),
      h("td.num", number(c.holds)),
      h("td.num", c.violated ? filterLink(`violates:${c.clause.id}`, h("span.bad", `✗ ${number(c.violated)}`)) : "0"),
      h("td.num", number(c.not_applicable)), h("td.num", number(c.cells)))));
}

function notShownTable() {
  const rows = notShown();
  if (!rows.length) return h("p.quiet", "Every clause of the edition was shown by at least one cell.");
  return table("Clauses that this run does not show", [["clause", ""], ["standing", ""], ["why", "wide"], ["statement", "wide"]],
    rows.map((c) => h("tr", h("th", { scope: "row" }, c.clause.id), h("td", standingBadge(c.standing)),
      h("td.wide", c.reason || (c.masked ? `ended early in ${plural(c.masked, "cell")}, by the violation of another clause` : c.not_applicable ? `not applicable in ${plural(c.not_applicable, "cell")}` : "no cell of this run shows it; another selection or level may")),
      h("td.wide.statement", c.clause.statement))));
}
