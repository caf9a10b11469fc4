// The data of the run: an index of all cells, and evidence in compressed chunks
// that are decoded when a cell is opened.

/** unpack decodes base64 and gzip into a value. */
async function unpack(id) {
  const text = byId(id).textContent.trim();
  const binary = Uint8Array.fromBase64
    ? Uint8Array.fromBase64(text)
    : Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const stream = new Blob([binary]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

const chunks = new Map(); // number → promise of an array of results
const MAX_CHUNKS = 8;

/** loadCell gives the whole result of a cell. */
async function loadCell(i) {
  const k = run.cells.chunk[i];
  let chunk = chunks.get(k);
  chunks.delete(k); // to the end: the map is in the order of last use
  chunk ??= unpack(`chunk-${k}`);
  chunks.set(k, chunk);
  if (chunks.size > MAX_CHUNKS) chunks.delete(chunks.keys().next().value);
  return (await chunk)[run.cells.slot[i]];
}

/** prepare derives what every view needs from the index. */
function prepare(index) {
  for (const key of ["problems", "causes", "patterns", "texts", "axes"]) index[key] ??= [];
  for (const key of ["clauses", "gaps", "slices", "unknown"]) index.board[key] ??= [];
  for (const key of ["id", "status", "axes"]) index.cells[key] ??= [];
  const { cells, axes } = index;
  index.n = cells.id.length;
  index.byId = new Map(cells.id.map((id, i) => [id, i]));
  index.axisAt = new Map(axes.map((axis, a) => [axis.name, a]));
  index.clauseAt = new Map(index.board.clauses.map((c, k) => [c.clause.id, k]));
  index.order = Array.from({ length: index.n }, (_, i) => i);
  index.order.sort((a, b) => badness(cells.status[b]) - badness(cells.status[a]) || a - b);
  return index;
}

const axisValue = (i, a) => run.axes[a].values[run.cells.axes[a][i]];
const reasonOf = (i) => run.texts[run.cells.text[i]];
const causeOf = (i) => run.causes[run.cells.cause[i]];

/** shownBy lists the clauses that a cell shows, violated ones included. */
const shownBy = (i) => run.patterns[run.cells.pattern[i]];
const violatedBy = (i) => run.cells.violated[i];

let run; // the index; set once at start
