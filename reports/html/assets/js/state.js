// What is shown stands in the address: it can be sent to somebody, and the back
// button works.

const state = { q: "", cell: "", row: "", col: "", board: "" };
const DEFAULTS = { q: "", cell: "", row: "provider", col: "model", board: "gap" };
const watchers = [];

function readHash() {
  const params = new URLSearchParams(location.hash.slice(1));
  const next = {};
  for (const key of Object.keys(DEFAULTS)) next[key] = params.get(key) ?? DEFAULTS[key];
  for (const key of ["row", "col"]) {
    if (!run.axisAt.has(next[key])) next[key] = run.axes[key === "row" ? 0 : Math.min(1, run.axes.length - 1)]?.name ?? "";
  }
  const changed = Object.keys(next).filter((key) => next[key] !== state[key]);
  Object.assign(state, next);
  return changed;
}

function hashFor(change) {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries({ ...state, ...change })) {
    if (value !== DEFAULTS[key]) params.set(key, value);
  }
  return `#${params}`;
}

/** go changes what is shown; with replace it makes no new entry in the history. */
function go(change, { replace = false } = {}) {
  const hash = hashFor(change);
  if (hash === (location.hash || "#")) return;
  history[replace ? "replaceState" : "pushState"](null, "", hash);
  refresh();
}

/** watch calls back with the set of keys that changed. */
const watch = (f) => watchers.push(f);

function refresh() {
  const changed = new Set(readHash());
  if (changed.size) for (const f of watchers) f(changed);
}

const filterTo = (term) => go({ q: withTerm(state.q, term), cell: "" });

/** filterLink is an anchor that sets a term of the filter. */
function filterLink(term, ...children) {
  return h("a.filter", {
    href: hashFor({ q: withTerm(state.q, term), cell: "" }),
    title: `Show the cells: ${term}`,
    onclick: (e) => {
      e.preventDefault();
      filterTo(term);
      byId("cells").scrollIntoView({ block: "start" });
    },
  }, ...children);
}
