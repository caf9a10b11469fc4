// Command pi-recorder takes the place of a real pi and records it. The sidecar
// file beside it says which command is the real one and where records go.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/agenta-ai/conform/fakes/pi/flight"
	"github.com/agenta-ai/conform/fakes/pi/recorder"
)

func main() {
	s, err := flight.OwnSidecar()
	if err != nil {
		fail(err)
	}
	code, err := recorder.Run(context.Background(), s, recorder.Process{
		Args: os.Args[1:], Environ: os.Environ(), Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
	})
	if err != nil {
		fail(err)
	}
	os.Exit(code)
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "pi-recorder:", err)
	os.Exit(1)
}
