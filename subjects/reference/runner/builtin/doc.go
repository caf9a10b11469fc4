// Package builtin finds out which models the installed Pi knows by itself, by
// asking it once. Nothing here is a list of models: the next release of Pi would
// make it wrong.
package builtin
