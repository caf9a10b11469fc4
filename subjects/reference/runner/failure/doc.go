// Package failure renders what went wrong in a run as one line that its caller
// can act on: whose key was refused, whose credit is used up, or simply what the
// harness said. It reads text and decides nothing about the run.
package failure
