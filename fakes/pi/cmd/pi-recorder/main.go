// Command pi-recorder stands in the place of a real Pi and records what it is
// started with and what is said to it; see package fakes/pi/recorder. It finds
// its orders in the sidecar file beside it.
package main

import (
	"os"
	"runtime"

	"github.com/agenta-ai/conform/fakes/pi/recorder"
)

func main() {
	runtime.LockOSThread() // the command dies with the thread that started it
	os.Exit(recorder.Main())
}
