package process

import (
	"context"
	"errors"
	"io"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/agenta-ai/conform/fakes/daytona/machine"
)

const (
	// pipeGrace is how long output is read on after the command itself has ended:
	// a child that it left running may keep the pipes for ever.
	pipeGrace = 100 * time.Millisecond
	// stopGrace is how long processes may take to end when the machine stops.
	stopGrace = 2 * time.Second
)

// errStopped says that a machine runs nothing any more.
var errStopped = errors.New("the machine is stopped")

// process is one command and whatever it starts, in a process group.
type process struct {
	cmd   *exec.Cmd
	input io.WriteCloser
	ended chan struct{}
	code  int
	// stray says that children outlived the command. Their group keeps its
	// number for as long as one of them lives.
	stray bool
}

// Start starts a command.
func (f *folder) Start(c machine.Command) (machine.Process, error) {
	tops := f.tops()
	cmd := exec.Command("/bin/sh", "-c", f.mapped(c.Line, tops))
	dir := c.Dir
	if dir == "" {
		dir = Home
	}
	cmd.Dir = f.outside(dir)
	cmd.Env = f.environment(c.Env, tops)
	cmd.Stdout, cmd.Stderr = c.Stdout, c.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.WaitDelay = pipeGrace
	input, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	p := &process{cmd: cmd, input: input, ended: make(chan struct{})}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.stopped {
		return nil, errStopped
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	f.running = append(f.running, p)
	go p.wait()
	return p, nil
}

// environment is that of one command; later entries win.
func (f *folder) environment(own map[string]string, tops []string) []string {
	path := append(slices.Clone(f.maker.Path), "/usr/local/bin", "/usr/bin", "/bin")
	env := append(slices.Clone(f.maker.Env),
		"PATH="+strings.Join(path, ":"), "HOME="+f.outside(Home), "TMPDIR="+f.outside("/tmp"),
		"USER=sandbox", "LANG=C.UTF-8", "DAYTONA_SANDBOX_ID="+f.spec.ID)
	if f.out != nil {
		for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"} {
			env = append(env, name+"=http://"+f.out.Addr().String())
		}
		env = append(env, "NO_PROXY=127.0.0.1,localhost", "no_proxy=127.0.0.1,localhost")
	}
	for _, vars := range []map[string]string{f.spec.Env, own} {
		for _, name := range slices.Sorted(maps.Keys(vars)) {
			env = append(env, name+"="+f.mapped(vars[name], tops))
		}
	}
	return env
}

func (p *process) wait() {
	defer close(p.ended)
	_ = p.cmd.Wait() // the state says all that its error would
	p.code = p.cmd.ProcessState.ExitCode()
	if status, ok := p.cmd.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		p.code = 128 + int(status.Signal())
	}
	p.stray = syscall.Kill(-p.cmd.Process.Pid, 0) == nil
}

// Input is the command's standard input.
func (p *process) Input() io.WriteCloser { return p.input }

// Wait waits for the command's own end.
func (p *process) Wait() int {
	<-p.ended
	return p.code
}

// Kill ends the command's group.
func (p *process) Kill() { p.signal(syscall.SIGKILL) }

func (p *process) signal(s syscall.Signal) {
	select {
	case <-p.ended:
		if !p.stray {
			return // its number may be another's by now
		}
	default:
	}
	_ = syscall.Kill(-p.cmd.Process.Pid, s) // gone is as good
}

// Stop asks the command's group to end, and then makes it.
func (p *process) Stop(ctx context.Context) {
	p.input.Close()
	p.signal(syscall.SIGTERM)
	select {
	case <-p.ended:
	case <-ctx.Done():
	}
	p.Kill()
	<-p.ended // nothing refuses SIGKILL
}

// Stop ends all processes.
func (f *folder) Stop(ctx context.Context) error {
	f.mu.Lock()
	f.stopped = true
	all := f.running
	f.running = nil
	f.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, stopGrace)
	defer cancel()
	var stopping sync.WaitGroup
	for _, p := range all {
		stopping.Go(func() { p.Stop(ctx) })
	}
	stopping.Wait()
	return nil
}

// Restart lets a stopped machine run again.
func (f *folder) Restart() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.stopped = false
	_, err := os.Stat(f.path)
	return err
}
