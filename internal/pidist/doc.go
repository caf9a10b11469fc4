// Package pidist brings a real Pi to the machine: a pinned version from npm into
// a cache of the user's, or an executable that is already there. After the first
// time nothing is fetched.
//
// It knows nothing of cases, worlds or recorders; it returns a command that
// answers to --version.
package pidist
