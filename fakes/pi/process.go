package pi

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/agenta-ai/conform/fakes/pi/catalog"
	"github.com/agenta-ai/conform/fakes/pi/flight"
	"github.com/agenta-ai/conform/fakes/pi/internal/config"
)

// Process is what a run of the fake has of its surroundings.
type Process struct {
	Args    []string // without the program itself
	Environ []string
	Dir     string // working directory
	Stdin   io.Reader
	Stdout  io.Writer
	Stderr  io.Writer
	Signals <-chan os.Signal
	Sidecar flight.Sidecar
}

// Main plays Pi in this process, by the sidecar of its executable, and returns
// the exit code.
func Main() int {
	sidecar, err := flight.OwnSidecar()
	if err != nil {
		fmt.Fprintln(os.Stderr, "pi:", err)
		return 1
	}
	dir, err := os.Getwd()
	if err != nil {
		fmt.Fprintln(os.Stderr, "pi:", err)
		return 1
	}
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGHUP)
	return Run(Process{
		Args: os.Args[1:], Environ: os.Environ(), Dir: dir,
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		Signals: signals, Sidecar: sidecar,
	})
}

// Run plays Pi until it ends, and returns the exit code.
func Run(p Process) int {
	env := p.env()
	agentDir := config.AgentDir(env, p.Dir)
	mode, files, snapshotErr := flight.Snapshot(agentDir)
	args, version, catalogFile, playErr := cutPlay(p.Args, p.Sidecar)
	journal, err := flight.Create(p.Sidecar, flight.Record{
		Player: "fake", Version: version, PID: os.Getpid(), Start: time.Now(),
		Argv: p.Args, Cwd: p.Dir,
		AgentDir: agentDir, AgentDirSet: env("PI_CODING_AGENT_DIR") != "", AgentDirMode: mode,
		Env: flight.Environ(p.Environ, p.Sidecar), Files: files,
	})
	if err != nil { // without its record the fake is of no use to anybody
		fmt.Fprintln(p.Stderr, "pi:", err)
		return 1
	}
	if snapshotErr != nil {
		journal.Note(snapshotErr.Error())
	}
	h := &host{Process: p, env: env, agentDir: agentDir, journal: journal}
	h.Args = args
	if playErr == nil {
		h.play, playErr = newPlay(version, catalogFile)
	}
	exit := flight.Exit{Code: 2, Reason: "cannot be played"}
	if playErr == nil {
		exit = h.run()
	} else {
		fmt.Fprintln(p.Stderr, "pi (fake):", playErr)
	}
	_, files, snapshotErr = flight.Snapshot(agentDir)
	if snapshotErr != nil {
		journal.Note(snapshotErr.Error())
	}
	if err := journal.Exit(exit, files); err != nil {
		fmt.Fprintln(p.Stderr, "pi:", err)
	}
	return exit.Code
}

// env looks up the environment that the process was given.
func (p *Process) env() config.Env {
	return func(name string) string {
		value := ""
		for _, entry := range p.Environ { // the last of equal names wins, as in Node
			if len(entry) > len(name) && entry[len(name)] == '=' && entry[:len(name)] == name {
				value = entry[len(name)+1:]
			}
		}
		return value
	}
}

// host is a running Pi before and around its conversation.
type host struct {
	Process
	env config.Env
	play
	agentDir string
	journal  *flight.Writer
	args     arguments
}

// root is the folder in which Pi seems to be installed.
func (h *host) root() string {
	return cmp.Or(h.Sidecar.Install, "/usr/lib/node_modules/@earendil-works/pi-coding-agent")
}

// run does what the arguments ask for.
func (h *host) run() flight.Exit {
	args, warnings, err := parseArgs(h.Args, h.who)
	for _, w := range warnings {
		h.warn(w)
	}
	h.args = args
	switch {
	case err != nil:
		return h.usage(err)
	case args.version:
		fmt.Fprintln(h.Stdout, h.who.Version)
		return flight.Exit{Reason: "--version"}
	case args.help:
		fmt.Fprintf(h.Stdout, help, strings.Join(catalog.Versions(), ", "))
		return flight.Exit{Reason: "--help"}
	case args.mode == "rpc" && args.file:
		return h.usage(fmt.Errorf("@file arguments are not supported in RPC mode"))
	case args.mode != "rpc" && !args.list:
		return h.usage(fmt.Errorf("the fake plays only --mode rpc and --list-models"))
	}
	a, err := h.open()
	if err != nil {
		return h.usage(err)
	}
	if args.list {
		if err := h.listModels(a.registry); err != nil {
			return h.usage(err)
		}
		return flight.Exit{Reason: "--list-models"}
	}
	return a.serve()
}

func (h *host) warn(text string) { fmt.Fprintln(h.Stderr, "Warning: "+text) }

func (h *host) usage(err error) flight.Exit {
	if bare, ok := err.(bareError); ok {
		if bare != errReported {
			fmt.Fprintln(h.Stderr, string(bare))
		}
	} else {
		fmt.Fprintln(h.Stderr, "Error: "+err.Error())
	}
	return flight.Exit{Code: 1, Reason: "usage"}
}

// bareError is an error that Pi prints without "Error: " before it.
type bareError string

func (e bareError) Error() string { return string(e) }

// settle lets a run that has ended say so to the end: nothing comes between that in
// Pi. The gap stays closed behind it.
func (a *agent) settle() {
	const patience = time.Second
	closed := make(chan struct{})
	go func() {
		a.gap.Lock()
		close(closed)
	}()
	select {
	case <-closed:
	case <-time.After(patience): // it is not about to say so
	}
}

// serve answers RPC until stdin ends, a signal comes or a line kills Pi.
func (a *agent) serve() flight.Exit {
	ctx, cancel := context.WithCancel(context.Background())
	a.base = ctx
	a.out = newOutbox(a.Stdout, a.journal)
	ended := make(chan flight.Exit, 1)
	go func() { ended <- a.readCommands() }()
	var exit flight.Exit
	select {
	case exit = <-ended:
	case s := <-a.Signals:
		exit = flight.Exit{Code: 143, Signal: "SIGTERM", Reason: "SIGTERM"}
		if s == syscall.SIGHUP {
			exit = flight.Exit{Code: 129, Signal: "SIGHUP", Reason: "SIGHUP"}
		}
	}
	a.settle()
	a.out.close() // a run that is cut short says nothing more
	cancel()
	a.awaitShells()
	return exit
}
