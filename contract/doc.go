// Package contract holds the clauses that an implementation is judged by, as
// data, and nothing that knows how to judge. It stands upstream of everything:
// the matrix names clauses in its expectations, the suites check them, the
// reports show them. Code that decides whether a clause holds belongs in
// package suites.
package contract
