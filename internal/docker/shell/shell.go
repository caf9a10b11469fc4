// Package shell is the shell of a lane's container, which has no programs but
// those of the run: sandboxes start their commands with one. It interprets POSIX
// and Bash syntax.
package shell

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"mvdan.cc/sh/v3/interp"
	"mvdan.cc/sh/v3/syntax"
)

// Main runs "sh -c TEXT" or "sh FILE", as args say without the program's name,
// and returns the exit status.
func Main(args []string, in, out, errs *os.File) int {
	err := run(args, in, out, errs)
	if status, ok := errors.AsType[interp.ExitStatus](err); ok {
		return int(status)
	}
	if err != nil {
		fmt.Fprintln(errs, "sh:", err)
		return 2
	}
	return 0
}

// only replaces the interpreter's own way to run programs.
func only(interp.ExecHandlerFunc) interp.ExecHandlerFunc { return execute }

func run(args []string, in, out, errs *os.File) error {
	var text io.Reader
	name := "sh"
	switch {
	case len(args) > 1 && args[0] == "-c":
		text, args = strings.NewReader(args[1]), args[2:]
		if len(args) > 0 {
			name, args = args[0], args[1:]
		}
	case len(args) > 0 && !strings.HasPrefix(args[0], "-"):
		file, err := os.Open(args[0])
		if err != nil {
			return err
		}
		defer file.Close()
		text, name, args = file, args[0], args[1:]
	default:
		return errors.New("usage: sh -c TEXT [NAME ARGUMENT...], or sh FILE [ARGUMENT...]")
	}
	program, err := syntax.NewParser().Parse(text, name)
	if err != nil {
		return err
	}
	runner, err := interp.New(interp.StdIO(in, out, errs), interp.ExecHandlers(only), interp.Params(append([]string{"--"}, args...)...))
	if err != nil {
		return err
	}
	return runner.Run(context.Background(), program)
}
