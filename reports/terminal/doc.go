// Package terminal tells a person how a run goes and how it ended: a progress
// line while it runs, and a summary that is worth reading at three in the
// morning.
//
// It writes to the writer it is given and asks nothing of the process around it;
// only Detect looks at a file and at variables, and both are passed in. It
// prints sealed texts only, without control characters.
package terminal
