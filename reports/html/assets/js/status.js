// What a status looks like: always a symbol and a word beside the colour.

const STATUSES = ["passed", "skipped", "expected-failed", "flaky", "unexpected-pass", "failed", "error", "not-run"];
const SYMBOLS = ["✓", "–", "≈", "~", "?", "✗", "!", "○"];
const MEANINGS = [
  "every clause that the cell shows holds",
  "not applicable, with a reason",
  "failed, as an exception says",
  "passed only on a retry",
  "an exception says it fails, and it does not",
  "the subject violates the contract",
  "the harness, the world or the subject's process broke",
  "planned, but without an outcome",
];
const FAILED = STATUSES.indexOf("failed");

/** isBad is true of what needs somebody's attention. */
const isBad = (s) => s >= STATUSES.indexOf("unexpected-pass");

/** badness orders statuses for people: a skipped cell says nothing, so a passed
 *  one beside it is what counts. */
const badness = (s) => (s === 1 ? -1 : s);

function badge(s) {
  return h(`span.badge.s-${STATUSES[s]}`, { title: MEANINGS[s] }, h("span.symbol", { "aria-hidden": "true" }, SYMBOLS[s]), " ", STATUSES[s]);
}

const STANDINGS = {
  violated: ["✗", "failed"],
  holds: ["✓", "passed"],
  masked: ["◌", "not-run"],
  unshown: ["○", "not-run"],
  "not exercised": ["–", "skipped"],
};

function standingBadge(standing) {
  const [symbol, look] = STANDINGS[standing];
  return h(`span.badge.s-${look}`, h("span.symbol", { "aria-hidden": "true" }, symbol), " ", standing);
}
