package recorder

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/agenta-ai/conform/fakes/pi/flight"
)

// A Process is what the recorder stands in: its own arguments and streams.
type Process struct {
	Args    []string // without the program
	Environ []string
	Stdin   io.ReadCloser
	Stdout  io.Writer
	Stderr  io.Writer
}

// Run starts the real Pi and records it until it ends. It returns the exit code
// that the caller should see.
func Run(ctx context.Context, s flight.Sidecar, p Process) (int, error) {
	if len(s.Exec) == 0 {
		return 1, errors.New("record Pi: the sidecar names no command")
	}
	cwd, err := os.Getwd()
	if err != nil {
		return 1, fmt.Errorf("record Pi: %w", err)
	}
	dir, set := agentDir(p.Environ)
	mode, files, err := flight.Snapshot(dir)
	if err != nil {
		return 1, fmt.Errorf("record Pi: %w", err)
	}
	w, err := flight.Create(s, flight.Record{
		Player: "recorder", Version: s.Play, PID: os.Getpid(), Start: time.Now(), Argv: p.Args, Cwd: cwd,
		AgentDir: dir, AgentDirSet: set, AgentDirMode: mode, Env: flight.Environ(p.Environ, s), Files: files,
	})
	if err != nil {
		return 1, fmt.Errorf("record Pi: %w", err)
	}
	exit, err := follow(ctx, w, s.Exec, p)
	if err != nil {
		return 1, fmt.Errorf("record Pi: %w", err)
	}
	_, files, _ = flight.Snapshot(dir) // the folder may be gone by now
	return exit.Code, w.Exit(exit, files)
}

// follow starts the command and copies its streams until it has ended.
func follow(ctx context.Context, w *flight.Writer, command []string, p Process) (flight.Exit, error) {
	real := exec.Command(command[0], append(command[1:], p.Args...)...)
	real.Env, real.Stderr = p.Environ, p.Stderr
	in, err := real.StdinPipe()
	if err != nil {
		return flight.Exit{}, err
	}
	out, err := real.StdoutPipe()
	if err != nil {
		return flight.Exit{}, err
	}
	start := time.Now()
	if err := real.Start(); err != nil {
		return flight.Exit{}, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go forward(ctx, real.Process)
	go func() {
		defer in.Close()
		tee(p.Stdin, in, w.Stdin)
	}()
	var read sync.WaitGroup
	read.Go(func() { tee(out, p.Stdout, w.Stdout) })
	read.Wait()
	err = real.Wait()
	p.Stdin.Close()
	return ended(real.ProcessState, err, time.Since(start)), nil
}

// tee copies bytes as they come and notes each whole line, then what is left
// without an end.
func tee(from io.Reader, to io.Writer, note func(string)) {
	r := bufio.NewReaderSize(from, 64<<10)
	for {
		line, err := r.ReadString('\n')
		if line != "" {
			note(strings.TrimSuffix(line, "\n"))
			if _, werr := io.WriteString(to, line); werr != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// forward hands on the signals that end a process.
func forward(ctx context.Context, to *os.Process) {
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
	defer signal.Stop(signals)
	for {
		select {
		case s := <-signals:
			_ = to.Signal(s) // it may have ended already
		case <-ctx.Done():
			return
		}
	}
}

// ended says how the real Pi went. A process that a signal killed is told by
// its shell code, 128 and the signal's number.
func ended(state *os.ProcessState, err error, after time.Duration) flight.Exit {
	e := flight.Exit{Code: state.ExitCode(), Reason: "ended", AtMS: float64(after.Microseconds()) / 1000}
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		e.Signal, e.Code, e.Reason = status.Signal().String(), 128+int(status.Signal()), "killed by a signal"
	} else if err != nil {
		e.Reason = err.Error()
	}
	return e
}

// agentDir is the folder that Pi will use, by its own rules.
func agentDir(environ []string) (dir string, set bool) {
	home := ""
	for _, pair := range environ {
		name, value, _ := strings.Cut(pair, "=")
		switch name {
		case "PI_CODING_AGENT_DIR":
			dir = value
		case "HOME":
			home = value
		}
	}
	if dir == "" {
		return filepath.Join(home, ".pi", "agent"), false
	}
	if rest, ok := strings.CutPrefix(dir, "~"); ok {
		dir = home + rest
	}
	return dir, true
}
