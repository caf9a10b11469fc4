// Package refusal holds the typed errors that the caller of a turn is told: the
// class, the stage at which it was refused, the HTTP status and the text.
//
// Only refusals that a caller can tell apart live here; a failure inside one
// package is that package's own error type.
package refusal
