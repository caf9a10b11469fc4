// Command reference is the driver of the reference subject: it speaks the
// subject protocol on stdin and stdout and logs to stderr. Only the wiring to
// the process lives here.
package main
