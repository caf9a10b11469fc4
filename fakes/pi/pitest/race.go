//go:build race

package pitest

// raced says that the test runs with the race detector; then so does what it starts.
const raced = true
