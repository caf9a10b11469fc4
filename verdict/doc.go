// Package verdict says what findings amount to: the status of a case, the
// counts, causes and scoreboard of a run, and its exit code. It neither runs
// nor judges, and knows no output format.
//
// Everything in it is a pure function of its arguments. Code that opens a file,
// prints, or looks at evidence to decide whether a clause holds belongs
// elsewhere.
package verdict
