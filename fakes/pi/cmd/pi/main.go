// Command pi plays the Pi coding agent; see package fakes/pi. It is built with
// CGO_ENABLED=0 and finds its orders in the file pi.sidecar.json beside it.
//
// It has two processors at most and lives for milliseconds, so it does not look
// up what a container would allow it.
//
//go:debug containermaxprocs=0
//go:debug updatemaxprocs=0
package main

import (
	"os"
	"runtime"
	"runtime/debug"

	"github.com/agenta-ai/conform/fakes/pi"
)

// memoryLimit is where garbage is collected after all. A turn stays far below.
const memoryLimit = 64 << 20

func main() {
	// The process lives for milliseconds: a collector would only cost.
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(memoryLimit)
	runtime.GOMAXPROCS(min(2, runtime.NumCPU()))
	os.Exit(pi.Main())
}
