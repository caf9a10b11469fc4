// Package jsval reads JSON the way the program that the fake plays reads it:
// members keep their order, the last of two equal names wins, names are
// case-sensitive, and a syntax error has the words of the V8 engine.
//
// Only reading and re-writing of JSON text lives here; what a value means to
// Pi does not.
package jsval
