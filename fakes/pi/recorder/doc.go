// Package recorder stands around a real Pi: it takes the snapshot that the fake
// takes of itself, starts the real program with the same arguments and
// environment, and copies what goes in and out of it into the flight record.
// It changes no byte, adds no line and answers nothing itself.
package recorder
