// Package verify holds the fake Pi against the real one. It generates
// configurations, gives each to both, compares what they do, and narrows down
// where they differ.
//
//	input      makes configurations, and leaves parts of them out
//	endpoint   plays the model provider
//	play       gives an input to a Pi and returns what it did
//	compare    says where two observations differ, area by area
//	deviation  differences that are meant to be, as data
//
// The outcome is a verdict.Run like that of any other run: areas stand in the place
// of clauses, configurations in that of cells. Nothing here mends a fake.
package verify
