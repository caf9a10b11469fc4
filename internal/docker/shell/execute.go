package shell

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"syscall"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/interp"
)

// The exit statuses of commands that did not run.
const (
	notFound      = 127
	notExecutable = 126
)

// execute runs a program.
func execute(ctx context.Context, args []string) error {
	at := interp.HandlerCtx(ctx)
	path, err := interp.LookPathDir(at.Dir, at.Env, args[0])
	if err != nil {
		fmt.Fprintf(at.Stderr, "sh: %s: %v\n", args[0], err)
		return interp.ExitStatus(notFound)
	}
	cmd := exec.Cmd{Path: path, Args: args, Env: environment(at.Env), Dir: at.Dir, Stdin: at.Stdin, Stdout: at.Stdout, Stderr: at.Stderr}
	err = cmd.Run()
	exit, ended := errors.AsType[*exec.ExitError](err)
	switch {
	case err == nil:
		return nil
	case !ended:
		fmt.Fprintf(at.Stderr, "sh: %s: %v\n", args[0], err)
		return interp.ExitStatus(notExecutable)
	}
	if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return interp.ExitStatus(128 + int(status.Signal()))
	}
	return interp.ExitStatus(exit.ExitCode())
}

// environment is what a program gets: what is exported, and where it is, which
// the interpreter does not export.
func environment(all expand.Environ) []string {
	var env []string
	for name, v := range all.Each {
		if where := name == "PWD" || name == "OLDPWD"; v.IsSet() && v.Kind == expand.String && (v.Exported || where) {
			env = append(env, name+"="+v.Str)
		}
	}
	return env
}
