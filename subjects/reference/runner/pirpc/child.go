package pirpc

import (
	"context"
	"fmt"
	"os/exec"
	"sync"
	"syscall"
	"time"
)

// Command says how to start Pi on this machine.
type Command struct {
	Path string
	Args []string // after the ones that make it speak RPC
	Dir  string
	Env  []string
}

// child is a Pi process on this machine, in a process group of its own.
type child struct {
	cmd *exec.Cmd

	mu    sync.Mutex // guards ended
	ended bool       // the process was waited for: its id is nobody's now
}

// Start starts Pi on this machine; see [Attach].
func Start(ctx context.Context, command Command) (*Client, error) {
	cmd := exec.Command(command.Path, Args(command.Args...)...)
	cmd.Dir, cmd.Env = command.Dir, command.Env
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.WaitDelay = time.Second // a child that keeps stderr open must not hold us
	last := &Tail{}
	cmd.Stderr = last
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("start pi: %w", err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start pi: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start pi: %w", err)
	}
	c := &child{cmd: cmd}
	return Attach(ctx, Process{Stdin: in, Stdout: out, Stderr: last.String, Kill: c.kill, Wait: c.wait}), nil
}

func (c *child) wait() error {
	err := c.cmd.Wait()
	c.kill() // a tool that Pi left running
	c.mu.Lock()
	c.ended = true
	c.mu.Unlock()
	return err
}

// kill ends the process and its children.
func (c *child) kill() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.ended {
		syscall.Kill(-c.cmd.Process.Pid, syscall.SIGKILL)
	}
}
