// Package seal cuts a run off from every network: on Linux conform re-executes
// itself in a network namespace that has nothing but loopback, so that not even
// a subject that ignores its proxy can reach the internet.
//
// Elsewhere, and where the kernel does not allow it, the proxy and the
// environment are all that seals a run, and its reports say so.
package seal
