// Package environ builds the environment of a Pi process from nothing: what is
// not named here does not get in, whatever the runner was started with.
package environ
