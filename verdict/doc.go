// Package verdict says what findings amount to: the status of a case, the
// counts of a run and its exit code. It neither runs nor judges, and knows no
// output format.
package verdict
