package tools

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/agenta-ai/conform/fakes/pi/internal/jsval"
)

// Result is how a shell command ended.
type Result struct {
	Output    string
	Code      int // -1 if a signal ended it
	Truncated bool
}

// Shell runs a command in the folder dir, in a process group of its own, which
// is killed as a whole when ctx ends. What it has printed so far is told to
// update, which may be nil.
func Shell(ctx context.Context, dir, command string, update func(soFar string)) (Result, error) {
	out := &output{update: update}
	cmd := exec.CommandContext(ctx, "/bin/sh", "-c", command)
	cmd.Dir = dir
	cmd.Stdout, cmd.Stderr = out, out
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second // a grandchild may hold the pipe
	err := cmd.Run()
	r := Result{}
	r.Output, r.Truncated = out.text()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		r.Code = exit.ExitCode()
	case err != nil && ctx.Err() == nil && !errors.Is(err, exec.ErrWaitDelay):
		return r, err
	}
	return r, nil
}

// output collects what a command prints.
type output struct {
	update func(soFar string)

	mu  sync.Mutex
	buf strings.Builder
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.buf.Write(p)
	if o.update != nil {
		text, _ := tail(o.buf.String())
		o.update(text)
	}
	return len(p), nil
}

func (o *output) text() (string, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return tail(o.buf.String())
}

// tail keeps the end of an output that is too long.
func tail(text string) (string, bool) {
	whole := len(text)
	if lines := strings.SplitAfter(text, "\n"); len(lines) > maxLines {
		text = strings.Join(lines[len(lines)-maxLines:], "")
	}
	if len(text) > maxBytes {
		text = text[len(text)-maxBytes:]
	}
	return text, len(text) < whole
}

func bash(ctx context.Context, dir string, args jsval.Value, update func(string)) (string, error) {
	run := ctx
	limit, limited := args.Get("timeout").Float()
	if limited && limit > 0 {
		var cancel context.CancelFunc
		run, cancel = context.WithTimeout(ctx, time.Duration(limit*float64(time.Second)))
		defer cancel()
	}
	r, err := Shell(run, dir, args.Get("command").String(), update)
	after := func(remark string) error {
		if r.Output != "" {
			remark = r.Output + "\n\n" + remark
		}
		return errors.New(remark)
	}
	switch {
	case ctx.Err() != nil:
		return "", after("Command aborted")
	case run.Err() != nil:
		return "", after(fmt.Sprintf("Command timed out after %v seconds", limit))
	case err != nil:
		return "", err
	}
	text := r.Output
	if text == "" {
		text = "(no output)"
	}
	if r.Code != 0 {
		return "", fmt.Errorf("%s\n\nCommand exited with code %d", text, r.Code)
	}
	return text, nil
}
