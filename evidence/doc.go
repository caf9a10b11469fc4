// Package evidence is what was observed in one case, as one value: it can be
// stored, shown, and judged again without running anything. Running fills it,
// judging only reads it.
//
// Secrets never stand in it. Every secret of a run is a marked canary, and
// Seal replaces each by a label and notes where it was seen, before the value
// leaves the code that collected it.
package evidence
