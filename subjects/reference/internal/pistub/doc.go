// Package pistub is a stand-in for Pi in the tests of the reference: the test
// binary, started under the name "pi", speaks as much of Pi's RPC as the runner
// uses and writes down what it was given. It is no model of the real Pi; that is
// what conform's own fakes are for.
package pistub
