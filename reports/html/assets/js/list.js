// The list of cells. Only the rows in sight are in the page, so that 20,000 of
// them scroll as well as twenty.

const list = { shown: [], at: 0, rowHeight: 36 };
const narrow = matchMedia("(max-width: 720px)");

function startList() {
  const box = byId("list");
  box.addEventListener("scroll", () => requestAnimationFrame(drawRows));
  new ResizeObserver(drawRows).observe(box);
  narrow.addEventListener("change", drawRows);
  box.addEventListener("click", (e) => {
    const row = e.target.closest("[data-i]");
    if (!row) return;
    e.preventDefault();
    go({ cell: run.cells.id[Number(row.dataset.i)] });
  });
  const input = byId("search");
  let timer;
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => go({ q: input.value, cell: "" }, { replace: true }), 120);
  });
  byId("clear").addEventListener("click", () => {
    go({ q: "" });
    input.focus();
  });
}

function renderList() {
  const { terms, problems } = parseQuery(state.q);
  list.shown = matching(terms);
  list.at = 0;
  const input = byId("search");
  if (input.value !== state.q && document.activeElement !== input) input.value = state.q;
  byId("clear").hidden = !state.q;
  byId("shown").textContent = state.q ? `${number(list.shown.length)} of ${plural(run.n, "cell")}` : plural(run.n, "cell");
  fill(byId("filter-problems"), problems.map((p) => h("span.problem", p)));
  byId("list").scrollTop = 0;
  drawRows();
}

function drawRows() {
  const box = byId("list");
  list.rowHeight = narrow.matches ? 84 : 36;
  const total = list.shown.length;
  byId("spacer").style.height = `${total * list.rowHeight}px`;
  if (!total) return fill(byId("rows"), h("p.quiet.none", "No cell matches this filter."));
  const first = Math.max(0, Math.floor(box.scrollTop / list.rowHeight) - 8);
  const last = Math.min(total, Math.ceil((box.scrollTop + box.clientHeight) / list.rowHeight) + 8);
  const rows = byId("rows");
  rows.style.transform = `translateY(${first * list.rowHeight}px)`;
  const drawn = [];
  for (let k = first; k < last; k++) drawn.push(row(list.shown[k], k, total));
  fill(rows, drawn);
}

function row(i, k, total) {
  const el = h(`a.row.s-${STATUSES[run.cells.status[i]]}`, {
    href: hashFor({ cell: run.cells.id[i] }), "data-i": i, role: "listitem", tabindex: k === list.at ? 0 : -1,
    "aria-posinset": k + 1, "aria-setsize": total, "aria-current": k === list.at ? "true" : undefined,
  }, badge(run.cells.status[i]), h("span.cell-id", { title: run.cells.id[i] }, run.cells.id[i]),
    h("span.message", { title: reasonOf(i) }, marked(reasonOf(i))), h("span.time", duration(run.cells.ms[i])));
  el.style.height = `${list.rowHeight}px`;
  return el;
}

/** moveTo puts the cursor on a row and brings it into sight. */
function moveTo(k) {
  if (!list.shown.length) return;
  list.at = Math.max(0, Math.min(list.shown.length - 1, k));
  const box = byId("list");
  const top = list.at * list.rowHeight;
  if (top < box.scrollTop) box.scrollTop = top;
  if (top + list.rowHeight > box.scrollTop + box.clientHeight) box.scrollTop = top + list.rowHeight - box.clientHeight;
  drawRows();
  byId("rows").querySelector('[aria-current="true"]')?.focus({ preventScroll: true });
  box.scrollIntoView({ block: "nearest" });
}

/** nextBad is the position of the next cell that went wrong, from the start
 *  again after the last; -1 if there is none. */
function nextBad(from) {
  const { shown } = list;
  for (let step = 1; step <= shown.length; step++) {
    const k = (from + step) % shown.length;
    if (isBad(run.cells.status[shown[k]])) return k;
  }
  return -1;
}
