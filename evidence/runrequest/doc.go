// Package runrequest reads the body of a run request, in each of the shapes
// that published versions of the platform send, as one value. It is the only
// place that knows these shapes apart; whoever compares what travelled reads
// it here, and whoever compares the shape itself reads the raw body.
//
// It reads; it expects nothing.
package runrequest
