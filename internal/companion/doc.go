// Package companion provides the static helper binaries that a run starts: the
// fake Pi, the recorder that stands around a real one, and the reference
// subject with its mutants.
//
// A released conform has them beside it in libexec/conform. In a source tree
// they are built on demand and kept in the user's cache folder under a hash of
// everything they are made of.
package companion
