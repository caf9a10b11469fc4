// The filter language: terms separated by spaces, all of which must hold.
//
//   status:failed,error   one of these statuses
//   clause:CFG-7          shows that clause, whether it holds or not
//   gap:2  slice:3a       shows a clause of that gap or slice
//   violates:CFG-7        violates it; also violates:gap:2 and violates:slice:3a
//   cause:3               belongs to that cause
//   provider=groq|openai  axis and values, * stands for anything, commas add terms
//   -term                 the opposite
//   anything else         is looked for in the cell's id and its message

/** tokens splits at spaces outside of double quotes. */
function tokens(text) {
  return (text.match(/(?:[^\s"]|"[^"]*"?)+/g) || []).flatMap((t) => {
    const plain = t.replaceAll('"', "");
    // A cause's "where" is written with commas, as selectors are.
    return /^[\w-]+=[^,]*(,[\w-]+=[^,]*)+$/.test(plain) ? plain.split(",") : [plain];
  });
}

/** parseQuery returns {terms, problems}; a term has text, axis and test(i). */
function parseQuery(text) {
  const terms = [];
  const problems = [];
  for (let token of tokens(text)) {
    const negative = token.length > 1 && token.startsWith("-");
    if (negative) token = token.slice(1);
    const term = parseTerm(token);
    if (term.problem) problems.push(term.problem);
    const test = term.test;
    terms.push({ text: (negative ? "-" : "") + token, axis: term.axis, test: negative ? (i) => !test(i) : test });
  }
  return { terms, problems };
}

function parseTerm(token) {
  const key = /^([\w-]+)([:=])(.+)$/.exec(token);
  if (!key) return freeText(token);
  const [, name, sign, value] = key;
  if (sign === "=" || run.axisAt.has(name)) return axisTerm(name, value) || freeText(token);
  switch (name) {
    case "status":
      return statusTerm(value);
    case "clause":
    case "gap":
    case "slice":
      return clauseTerm(name, value, shownBy);
    case "violates": {
      const [, kind = "clause", which] = /^(?:(gap|slice):)?(.+)$/.exec(value);
      return clauseTerm(kind, which, violatedBy);
    }
    case "cause": {
      const k = Number(value) - 1;
      return { test: (i) => run.cells.cause[i] === k, problem: run.causes[k] ? "" : `no cause ${value}` };
    }
  }
  return freeText(token);
}

function statusTerm(value) {
  const wanted = new Set(value.split(/[,|]/).map((s) => STATUSES.indexOf(s)));
  return { test: (i) => wanted.has(run.cells.status[i]), problem: wanted.has(-1) ? `no status ${value}` : "" };
}

function clauseTerm(kind, value, clausesOf) {
  const wanted = new Set();
  run.board.clauses.forEach((c, k) => {
    const field = { clause: c.clause.id, gap: c.clause.gap, slice: c.clause.slice }[kind];
    if (field.toLowerCase() === value.toLowerCase()) wanted.add(k);
  });
  return { test: (i) => clausesOf(i).some((k) => wanted.has(k)), problem: wanted.size ? "" : `no ${kind} ${value}` };
}

function axisTerm(name, value) {
  const a = run.axisAt.get(name);
  if (a === undefined) return { test: () => false, problem: `no axis ${name}` };
  const pattern = new RegExp(`^(?:${value.split("|").map(glob).join("|")})$`, "i");
  const wanted = run.axes[a].values.map((v) => pattern.test(v));
  const problem = wanted.includes(true) ? "" : `no ${name} is ${value}`;
  return { axis: name, test: (i) => wanted[run.cells.axes[a][i]] === true, problem };
}

const glob = (text) => text.replace(/[.+?^${}()[\]\\|]/g, "\\$&").replaceAll("*", ".*");

function freeText(token) {
  const want = token.toLowerCase();
  return { test: (i) => run.cells.id[i].toLowerCase().includes(want) || reasonOf(i).toLowerCase().includes(want) };
}

/** matching lists the cells that meet all terms, the worst first. */
const matching = (terms) => run.order.filter((i) => terms.every((t) => t.test(i)));

/** withTerm sets a term in a filter text, in place of others on the same key. */
function withTerm(text, term) {
  const key = /^[\w-]+[:=]/.exec(term)?.[0];
  const kept = tokens(text).filter((t) => t !== term && !(key && t.startsWith(key)));
  return [...kept, quoted(term)].join(" ");
}

const quoted = (term) => (/\s/.test(term) ? `"${term}"` : term);
