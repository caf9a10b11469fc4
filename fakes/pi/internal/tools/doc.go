// Package tools runs the four tools that Pi gives to a model by default: read,
// bash, edit and write.
//
// When a tool is run, and who hears of it, is decided elsewhere.
package tools
