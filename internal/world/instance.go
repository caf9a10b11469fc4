package world

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/subjects/protocol"
)

// instance is a running subject.
type instance struct {
	driver      *protocol.Driver
	setup       Setup
	planted     []planted
	description protocol.Description
	runner      string // base address of its runner half, "" if it has none
}

// trouble is a breakdown on its way to the evidence.
type trouble struct {
	evidence.Breakdown
	fatal bool // the instance is not to be used again
}

// Error gives part and cause.
func (t *trouble) Error() string { return t.Part + ": " + t.Cause }

// broken says what broke, in one line that is the same for all cases which one
// death takes along.
func broken(part string, err error) *trouble {
	t := &trouble{Breakdown: evidence.Breakdown{Part: part, Cause: err.Error(), At: time.Now()}}
	if dead, ok := errors.AsType[*protocol.DeadError](err); ok {
		t.Tail = dead.Tail
	}
	return t
}

// limited names the whole limit in a timeout, of which a call may have had a
// part only: what broke is the same for every case, and so must its cause be.
func limited(err error, limit time.Duration) error {
	if late, ok := errors.AsType[*protocol.TimeoutError](err); ok {
		return &protocol.TimeoutError{Method: late.Method, After: limit}
	}
	return err
}

// failures counts starts with one setup that failed one after another.
type failures struct {
	count int
	last  *trouble
}

// maxStarts is how many starts in a row may fail before a lane gives up on a
// setup. From then on each case has the cause of the last one, so that a report
// shows one cause and not a thousand, and nobody waits for the rest.
const maxStarts = 3

// ready makes sure that an instance with this setup runs.
func (l *Lane) ready(ctx context.Context, setup Setup) *trouble {
	if s := l.subject; s != nil {
		select {
		case <-s.driver.Exited():
			l.log.Warn("the subject ended between two cases")
			l.stop()
		default:
			if s.setup.Key() == setup.Key() {
				return nil
			}
			l.stop()
		}
	}
	past := l.starts[setup.Key()]
	if past.count >= maxStarts {
		return past.last
	}
	s, err := l.start(ctx, setup)
	if err != nil {
		failed := broken("subject", fmt.Errorf("start: %w", limited(err, l.world.Timeouts.Start)))
		if ctx.Err() == nil {
			l.starts[setup.Key()] = failures{past.count + 1, failed}
		}
		return failed
	}
	delete(l.starts, setup.Key())
	l.subject = s
	return nil
}

// start starts the driver, checks who it is and tells it its world.
func (l *Lane) start(ctx context.Context, setup Setup) (_ *instance, err error) {
	begun := time.Now()
	ctx, cancel := context.WithTimeout(ctx, l.world.Timeouts.Start)
	defer cancel()
	// Nobody uses them now, so what earlier instances left can go.
	if err := errors.Join(emptied(l.dir.temp), emptied(l.dir.work)); err != nil {
		return nil, err
	}
	command := l.world.Subject.Command
	dir := l.world.Subject.Dir
	if dir == "" {
		dir = l.dir.work
	}
	s := &instance{setup: setup, planted: plant(setup)}
	l.cloud.Accept(value(s.planted, "DAYTONA_API_KEY"))
	s.driver, err = protocol.Start(protocol.Command{
		Path: command[0], Args: command[1:], Dir: dir, Env: l.environment(setup, s.planted), Mark: Mark, Log: l.log, Tap: l.world.Subject.Tap,
	})
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			s.driver.Close()
			l.sweepProcesses()
		}
	}()
	if s.description, err = s.driver.Describe(ctx); err != nil {
		return nil, err
	}
	prepared, err := s.driver.Prepare(ctx, l.surroundings(setup))
	if err != nil {
		return nil, err
	}
	s.runner = prepared.RunnerURL
	l.log.Debug("subject ready", "name", s.description.Name, "setup", setup.Key(), "took", time.Since(begun))
	return s, nil
}

// stop ends the instance in good order, and whatever it left running.
func (l *Lane) stop() {
	if l.subject == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), l.world.Timeouts.Shutdown)
	defer cancel()
	l.subject.driver.Shutdown(ctx)
	l.sweepProcesses()
	l.subject = nil
}

// kill ends an instance that is not to be trusted any more.
func (l *Lane) kill() {
	if l.subject == nil {
		return
	}
	l.subject.driver.Close()
	l.sweepProcesses()
	l.subject = nil
}

// sweepProcesses ends what an instance left running: a subject may put Pi into
// a process group of its own, where killing the subject's does not reach.
func (l *Lane) sweepProcesses() { killAll(belonging(l.dir.root)) }
