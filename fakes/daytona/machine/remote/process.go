package remote

import (
	"context"
	"io"

	"github.com/agenta-ai/conform/fakes/daytona/machine"
)

// running is a command that runs behind a link.
type running struct {
	machine *Machine
	id      int
	code    int
	ended   chan struct{}
}

// killed is the exit code of a command whose machine is gone.
const killed = 128 + 9

// Start starts a command.
func (m *Machine) Start(c machine.Command) (machine.Process, error) {
	events, err := m.link.open(question{Op: opStart, Command: &command{c.Line, c.Dir, c.Env}})
	if err != nil {
		return nil, err
	}
	a, err := heard(events)
	if err != nil {
		_ = events.Close()
		return nil, err
	}
	p := &running{machine: m, id: a.Process, code: killed, ended: make(chan struct{})}
	go p.follow(events, c)
	return p, nil
}

// follow hands on what the command says until it has ended.
func (p *running) follow(events *channel, c machine.Command) {
	defer close(p.ended)
	defer events.Close()
	write := func(w io.Writer, text []byte) {
		if w != nil && len(text) > 0 {
			_, _ = w.Write(text) // who does not want it does not get it
		}
	}
	for {
		var e event
		if events.hear(&e) != nil {
			return
		}
		write(c.Stdout, e.Out)
		write(c.Stderr, e.Err)
		if e.Code != nil {
			p.code = *e.Code
			return
		}
	}
}

// Input is the command's standard input.
func (p *running) Input() io.WriteCloser { return input{p} }

type input struct{ of *running }

// Write returns when the command's pipe has taken it.
func (i input) Write(text []byte) (int, error) {
	if err := i.of.machine.do(question{Op: opInput, Process: i.of.id, Data: text}); err != nil {
		return 0, err
	}
	return len(text), nil
}

// Close ends the input.
func (i input) Close() error { return i.of.machine.do(question{Op: opEndInput, Process: i.of.id}) }

// Wait waits for the command's end.
func (p *running) Wait() int {
	<-p.ended
	return p.code
}

// Stop asks the command to end, and then makes it.
func (p *running) Stop(ctx context.Context) {
	_ = p.machine.do(question{Op: opEnd, Process: p.id, Patience: left(ctx)}) // without a machine it has ended
	<-p.ended
}

// Kill ends the command.
func (p *running) Kill() { _ = p.machine.do(question{Op: opKill, Process: p.id}) }
