package cli

import (
	"context"
	"time"

	"github.com/agenta-ai/conform/internal/leak"
)

// audit says what a run has left behind: a harness that leaks is broken,
// whatever it says of the contract.
func audit(w backend, before leak.Held) []string {
	// An interrupted run is audited as well.
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	var problems []string
	left, err := w.Left(ctx)
	if err != nil {
		problems = append(problems, "what the run has left cannot be counted: "+err.Error())
	}
	for _, l := range append(left, leak.Now().Since(before)...) {
		problems = append(problems, "left behind: "+l)
	}
	return problems
}
