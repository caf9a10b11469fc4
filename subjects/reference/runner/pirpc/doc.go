// Package pirpc is a client of `pi --mode rpc`: one process in a group of its
// own, one JSON object a line. It starts, asks, prompts, aborts and makes sure
// that nothing of the process stays. Which model to set and what an answer
// means is for others.
package pirpc
