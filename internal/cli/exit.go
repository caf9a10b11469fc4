package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/agenta-ai/conform/verdict"
)

// usageError is a mistake of whoever typed the command.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// usagef makes a usageError.
func usagef(format string, args ...any) error {
	return usageError{fmt.Errorf(format, args...)}
}

// exitCode is the exit code of a command that came to nothing: everything that
// is neither a mistake of the user nor an interruption is the harness's.
func exitCode(ctx context.Context, err error) int {
	var usage usageError
	switch {
	case errors.As(err, &usage):
		return verdict.ExitUsage
	case ctx.Err() != nil:
		return verdict.ExitInterrupted
	}
	return verdict.ExitBroken
}

// oneLine keeps an error on one line.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
