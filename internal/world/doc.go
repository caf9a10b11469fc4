// Package world is the sealed surroundings of a run. It is divided into lanes:
// each has a folder, an operator's home, a Pi, a vault, a tap before the
// runner, the model providers behind a proxy, and an instance of the subject. A
// lane stages one scenario at a time and gives sealed evidence of it.
//
// It observes and does not judge: no expected result is known here.
package world
