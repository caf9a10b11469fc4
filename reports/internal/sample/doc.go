// Package sample makes runs that look like real ones, for the tests of the
// reports: a matrix of cells with evidence of about 20 KB each and a handful of
// known causes of failure. It is deterministic, and nothing but tests may
// import it.
package sample
