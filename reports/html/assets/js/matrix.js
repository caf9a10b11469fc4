// The matrix as a grid over any two axes. A field shows the worst status of its
// cells, how many have it, and how many there are.

function renderMatrix() {
  const options = (selected) => run.axes.map((a) => h("option", { value: a.name, selected: a.name === selected }, a.name));
  for (const key of ["row", "col"]) {
    const select = byId(`pivot-${key}`);
    fill(select, options(state[key]));
    select.onchange = () => go({ [key]: select.value }, { replace: true });
  }
  byId("pivot-swap").onclick = () => go({ row: state.col, col: state.row }, { replace: true });
  const [r, c] = [run.axisAt.get(state.row), run.axisAt.get(state.col)];
  if (r === undefined || c === undefined) return fill(byId("grid"), h("p.quiet", "There is nothing to show."));
  fill(byId("grid"), pivotTable(r, c, pivot(r, c)));
}

/** pivot counts statuses. Terms on its own two axes do not narrow it: they say
 *  which field is chosen. */
function pivot(r, c) {
  const terms = parseQuery(state.q).terms.filter((t) => t.axis !== state.row && t.axis !== state.col);
  const fields = run.axes[r].values.map(() => run.axes[c].values.map(() => null));
  for (let i = 0; i < run.n; i++) {
    const at = [run.cells.axes[r][i], run.cells.axes[c][i]];
    if (at[0] < 0 || at[1] < 0 || !terms.every((t) => t.test(i))) continue;
    const counts = (fields[at[0]][at[1]] ??= STATUSES.map(() => 0));
    counts[run.cells.status[i]]++;
  }
  return fields;
}

function pivotTable(r, c, fields) {
  const [rows, cols] = [run.axes[r], run.axes[c]];
  const chosen = tokens(state.q);
  return h("table.grid", h("caption.offscreen", `Worst status by ${rows.name} and ${cols.name}`),
    h("thead", h("tr", h("th.corner", { scope: "col" }, `${rows.name} \\ ${cols.name}`),
      cols.values.map((v) => h("th", { scope: "col" }, filterLink(`${cols.name}=${v}`, v))))),
    h("tbody", rows.values.map((rv, y) =>
      h("tr", h("th", { scope: "row" }, filterLink(`${rows.name}=${rv}`, rv)),
        cols.values.map((cv, x) => h("td", fields[y][x] && field(rows.name, rv, cols.name, cv, fields[y][x], chosen)))))));
}

function field(rowName, rv, colName, cv, counts, chosen) {
  let worst = -1;
  counts.forEach((n, s) => {
    if (n && (worst < 0 || badness(s) > badness(worst))) worst = s;
  });
  const total = counts.reduce((a, b) => a + b, 0);
  const detail = counts.map((n, s) => n && `${number(n)} ${STATUSES[s]}`).filter(Boolean).join(", ");
  const on = chosen.includes(`${rowName}=${rv}`) && chosen.includes(`${colName}=${cv}`);
  return h(`button.field.s-${STATUSES[worst]}`, {
    type: "button", title: `${rv}, ${cv}: ${detail}`, "aria-label": `${rv}, ${cv}: ${detail}`, "aria-pressed": String(on),
    onclick: () => {
      const without = tokens(state.q).filter((t) => !t.startsWith(`${rowName}=`) && !t.startsWith(`${colName}=`)).map(quoted).join(" ");
      go({ q: on ? without : withTerm(withTerm(without, `${rowName}=${rv}`), `${colName}=${cv}`), cell: "" });
    },
  }, h("span.symbol", { "aria-hidden": "true" }, SYMBOLS[worst]), " ", counts[worst] === total ? number(total) : [number(counts[worst]), h("span.of", `/${number(total)}`)]);
}
