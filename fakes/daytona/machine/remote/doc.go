// Package remote puts one stream of bytes between a machine and the cloud that
// uses it. The machine's own side serves it (Host); the other side has a Link,
// through which the machine looks like any other. A container's standard input
// and output are enough of a stream, so a machine needs no network to be used.
//
// The stream is divided by yamux into streams of its own, one for each question,
// each running command and each connection. A question is one JSON value on a
// line, and so is its answer; contents of files and connections follow as they
// are.
package remote
