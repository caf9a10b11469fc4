// Package pitest builds, starts and talks to the fake Pi, or to the recorder,
// as a process of its own, for tests.
//
// It is for tests of whatever starts a Pi. It has no part in playing one.
package pitest
