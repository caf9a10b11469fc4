// Package runner is the runner half: it serves POST /run and turns a run
// request into one Pi process with a private agent folder and an environment of
// its own. It knows no vault and no agent configuration; all it needs is in the
// request. Each decision on the way lives in a package below this one.
package runner
