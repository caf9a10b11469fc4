// Package flight is the record that a Pi process leaves behind: what it was
// started with, which files its agent folder held, what was said to it over
// RPC, and which HTTP requests it made. The fake Pi writes it, and so does the
// recorder that stands around a real Pi.
//
// It knows nothing of subjects, cases or clauses. What a record means is
// decided elsewhere.
package flight
