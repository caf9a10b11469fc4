// Package wire is the format between the two halves: the run request, the
// reply, the events, and the stream of records that carries them. Both halves
// use it and it decides nothing.
package wire
