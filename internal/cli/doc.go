// Package cli is the command line of conform: flags in, one call, exit code out.
// It is the one place that knows all the parts and puts them together; none of
// them imports it, and it decides nothing that a part could decide.
package cli
