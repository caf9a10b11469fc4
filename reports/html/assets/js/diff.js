// Differences between two texts, line by line.

const MAX_DIFF = 4_000_000; // fields of the table; beyond it, all old against all new

/** diffLines returns [sign, line] pairs; sign is " ", "-" or "+". */
function diffLines(a, b) {
  const [x, y] = [lines(a), lines(b)];
  let head = 0;
  while (head < x.length && head < y.length && x[head] === y[head]) head++;
  let tail = 0;
  while (tail < x.length - head && tail < y.length - head && x[x.length - 1 - tail] === y[y.length - 1 - tail]) tail++;
  return [
    ...x.slice(0, head).map((l) => [" ", l]),
    ...middle(x.slice(head, x.length - tail), y.slice(head, y.length - tail)),
    ...x.slice(x.length - tail).map((l) => [" ", l]),
  ];
}

const lines = (text) => (text === "" ? [] : text.replace(/\n$/, "").split("\n"));

/** middle finds a longest common subsequence. */
function middle(x, y) {
  if (x.length * y.length > MAX_DIFF) return [...x.map((l) => ["-", l]), ...y.map((l) => ["+", l])];
  const w = y.length + 1;
  const table = new Uint32Array((x.length + 1) * w);
  for (let i = x.length - 1; i >= 0; i--) {
    for (let j = y.length - 1; j >= 0; j--) {
      table[i * w + j] = x[i] === y[j] ? table[(i + 1) * w + j + 1] + 1 : Math.max(table[(i + 1) * w + j], table[i * w + j + 1]);
    }
  }
  const out = [];
  let [i, j] = [0, 0];
  while (i < x.length || j < y.length) {
    if (i < x.length && j < y.length && x[i] === y[j]) out.push([" ", x[i++]]), j++;
    else if (j >= y.length || (i < x.length && table[(i + 1) * w + j] >= table[i * w + j + 1])) out.push(["-", x[i++]]);
    else out.push(["+", y[j++]]);
  }
  return out;
}

/** folded leaves out long stretches of equal lines. */
function folded(diff, around = 3) {
  const near = diff.map(() => false);
  diff.forEach(([sign], i) => {
    if (sign !== " ") near.fill(true, Math.max(0, i - around), i + around + 1);
  });
  const out = [];
  let skipped = 0;
  diff.forEach((line, i) => {
    if (near[i]) {
      if (skipped) out.push(["@", `… ${plural(skipped, "equal line")}`]);
      skipped = 0;
      out.push(line);
    } else skipped++;
  });
  if (skipped && out.length) out.push(["@", `… ${plural(skipped, "equal line")}`]);
  return out;
}

/** diffView shows a difference; nameA and nameB say what - and + stand for. */
function diffView(a, b, nameA, nameB) {
  const diff = diffLines(a, b);
  if (diff.every(([sign]) => sign === " ")) return h("p.quiet", "No difference.");
  const kinds = { " ": "same", "-": "old", "+": "new", "@": "gap" };
  return h("div.diff", { role: "region", tabindex: 0, "aria-label": `Difference between ${nameA} and ${nameB}` },
    h("div.diff-names", h("span.old", `− ${nameA}`), h("span.new", `+ ${nameB}`)),
    folded(diff).map(([sign, line]) => h(`div.${kinds[sign]}`, h("span.sign", sign === "@" ? " " : sign), h("span.line", marked(line)))));
}
