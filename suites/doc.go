// Package suites judges: one file of checks for each group of clauses, each
// check a pure function of a case, what is expected of it, and the evidence.
// Nothing here runs anything, reads a file, or knows how a case was staged.
//
// A clause holds in a case only if its check looked at evidence and found
// nothing wrong; what was not seen is not applicable, with a reason.
package suites
