// The keyboard, and the theme.

const HELP = [
  ["j / k", "next and previous cell"], ["n", "next cell that went wrong"], ["Enter", "open the cell"], ["/", "search"],
  ["Esc", "close, leave the search, back to the overview, clear the filter"], ["c", "copy the command that reproduces the open cell"],
  ["t", "light, dark, or as the system says"], ["?", "this help"],
];

const QUERIES = [
  ["status:failed,error", "one of these statuses"], ["clause:CFG-7", "shows the clause, whether it holds or not"],
  ["violates:CFG-7", "violates it"], ["violates:gap:2", "violates a clause of the gap"], ["gap:2   slice:3a", "shows a clause of the gap or slice"],
  ["provider=groq|openai", "axis and values; * stands for anything"], ["cause:1", "belongs to the cause"],
  ["-status:skipped", "the opposite of a term"], ["anything else", "is looked for in the id and the message"],
];

function startKeys() {
  const help = byId("help");
  const rows = (pairs, tag) => h("dl", pairs.map(([k, v]) => h("div", h("dt", h(tag, k)), h("dd", v))));
  fill(byId("help-keys"), rows(HELP, "kbd"));
  fill(byId("help-queries"), rows(QUERIES, "code"));
  byId("help-open").addEventListener("click", () => help.showModal());
  byId("help-close").addEventListener("click", () => help.close());
  byId("theme").addEventListener("click", nextTheme);
  applyTheme(storedTheme());
  document.addEventListener("keydown", onKey);
}

function onKey(e) {
  if (e.ctrlKey || e.metaKey || e.altKey) return;
  const help = byId("help");
  if (help.open) return; // the dialog closes itself on Esc
  const typing = /^(?:INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName);
  if (e.key === "Escape") return onEscape(e);
  if (typing) {
    if (e.key === "Enter" && e.target.id === "search") moveTo(0);
    return;
  }
  const action = {
    j: () => step(1), k: () => step(-1), n: goBad, "?": () => help.showModal(), t: nextTheme,
    c: () => document.querySelector("#cell .command button")?.click(),
    "/": () => {
      if (state.cell) go({ cell: "" });
      byId("search").focus();
      byId("search").select();
    },
  }[e.key];
  if (!action) return;
  e.preventDefault();
  action();
}

function onEscape(e) {
  if (document.activeElement === byId("search")) byId("search").blur();
  else if (state.cell) go({ cell: "" });
  else if (state.q) go({ q: "" });
  else return;
  e.preventDefault();
}

/** here is the position in the list of what is looked at. */
const here = () => (state.cell ? list.shown.indexOf(run.byId.get(state.cell)) : list.at);

function step(by) {
  if (!state.cell) return moveTo(document.activeElement?.closest?.("#rows") ? list.at + by : list.at);
  const i = list.shown[here() + by];
  if (i === undefined) return say(by > 0 ? "This is the last cell" : "This is the first cell");
  go({ cell: run.cells.id[i] }, { replace: true });
}

function goBad() {
  const focused = state.cell || document.activeElement?.closest?.("#rows");
  const k = nextBad(focused ? here() : -1);
  if (k < 0) return say("Nothing went wrong in what is shown");
  if (state.cell) go({ cell: run.cells.id[list.shown[k]] }, { replace: true });
  else moveTo(k);
}

const THEMES = ["auto", "light", "dark"];

// A page from disk may be denied storage; the theme is then forgotten.
function storedTheme() {
  try {
    return localStorage.getItem("conform-theme") ?? "auto";
  } catch {
    return "auto";
  }
}

function applyTheme(theme) {
  document.documentElement.dataset.theme = theme;
  byId("theme").textContent = { auto: "◐ Auto", light: "☀ Light", dark: "☾ Dark" }[theme] ?? "◐ Auto";
}

function nextTheme() {
  const next = THEMES[(THEMES.indexOf(document.documentElement.dataset.theme) + 1) % THEMES.length];
  applyTheme(next);
  try {
    localStorage.setItem("conform-theme", next);
  } catch {
    return;
  }
}
