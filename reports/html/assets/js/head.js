// The top of the page: the verdict, the counts, and where the run came from.

function renderHead() {
  document.title = `${run.word}: conform ${run.header.subject}`;
  fill(byId("banner"), h("p.word", h("span.symbol", { "aria-hidden": "true" }, run.exit === 0 ? "✓" : "✗"), ` ${run.word}`),
    h("p.sentence", run.headline), h("p.exit", "exit ", h("strong", String(run.exit))));
  byId("banner").dataset.exit = run.exit;
  renderProblems();
  renderCounts();
  renderMeta();
}

function renderProblems() {
  const box = byId("problems");
  box.hidden = !run.problems.length;
  fill(box, h("h2", "What is wrong with the run itself"), h("ul", run.problems.map((p) => h("li", p))));
}

function renderCounts() {
  const counts = STATUSES.map(() => 0);
  for (const s of run.cells.status) counts[s]++;
  const tiles = STATUSES.map((name, s) => ({ name, s, n: counts[s] })).filter((t) => t.n > 0).reverse();
  fill(byId("counts"),
    tiles.map(({ name, s, n }) =>
      h(`button.tile.s-${name}`, {
        type: "button", "data-status": name, "aria-pressed": "false", title: MEANINGS[s],
        onclick: () => go({ q: tokens(state.q).includes(`status:${name}`) ? withoutKey("status:") : withTerm(state.q, `status:${name}`), cell: "" }),
      }, h("span.n", h("span.symbol", { "aria-hidden": "true" }, SYMBOLS[s]), " ", number(n)), h("span.name", name))),
    run.holes > 0 && h("p.tile.s-not-run", { title: "planned cells that have no result at all" },
      h("span.n", h("span.symbol", { "aria-hidden": "true" }, "○"), " ", number(run.holes)), h("span.name", "without a result")));
}

const withoutKey = (key) => tokens(state.q).filter((t) => !t.startsWith(key)).map(quoted).join(" ");

function markCounts() {
  const on = tokens(state.q);
  for (const tile of byId("counts").querySelectorAll("button")) {
    tile.setAttribute("aria-pressed", String(on.includes(`status:${tile.dataset.status}`)));
  }
}

function renderMeta() {
  const { header, footer } = run;
  const rows = [
    ["subject", header.subject], ["Pi", header.pi], ["edition", header.edition], ["level", header.level],
    ["conform", header.version], ["seed", String(header.seed)], ["plan", `${header.plan} (${plural(header.planned, "cell")})`],
    ["started", new Date(header.start).toISOString().replace("T", " ").replace(/\.\d+Z/, " UTC")],
    ["took", footer ? duration(footer.ms) : "cut off"], ["workers", String(header.workers)], ["sealed by", header.seal],
    ["platform", header.platform], ["memory", footer?.peak_rss ? bytes(footer.peak_rss) : ""],
    ["command", header.args?.length ? `conform ${header.args.join(" ")}` : ""],
  ];
  fill(byId("meta"), h("dl", rows.filter(([, v]) => v).map(([k, v]) => h("div", h("dt", k), h("dd", v)))));
}
