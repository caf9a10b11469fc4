// Package driver lets conform drive the reference: it speaks the subject
// protocol on stdin and stdout, starts the two halves, and plays the callers of
// the platform: the one who invokes an agent, and the one who opens a model
// picker. It talks to the halves over HTTP as any caller would; only the probes
// call functions, because they are about functions.
package driver
