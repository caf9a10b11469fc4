package protocol

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// Command is how a driver is started.
type Command struct {
	Path string
	Args []string // without the program itself
	Env  []string // the whole environment; nothing is inherited
	Dir  string

	Mark string       // log lines with this are kept even in a flood
	Tap  Tap          // sees every message, may be nil
	Log  *slog.Logger // nil is silent
}

// Driver is a running driver and the conversation with it.
type Driver struct {
	*Conn
	log    *Log
	cmd    *exec.Cmd
	stdin  io.Closer
	pipes  []*os.File
	exited chan struct{} // closed after state is set
	state  *os.ProcessState
}

// Start starts a driver in a process group of its own. The caller must Close it.
func Start(c Command) (*Driver, error) {
	cmd := exec.Command(c.Path, c.Args...)
	cmd.Env, cmd.Dir = c.Env, c.Dir
	cmd.SysProcAttr = processAttributes()
	// Plain pipes instead of cmd.StdoutPipe: Wait must not depend on
	// grandchildren that hold them open.
	pipes, err := openPipes(3)
	if err != nil {
		return nil, err
	}
	stdin, stdout, stderr := pipes[0], pipes[1], pipes[2]
	cmd.Stdin, cmd.Stdout, cmd.Stderr = stdin.r, stdout.w, stderr.w
	err = cmd.Start()
	closeAll(stdin.r, stdout.w, stderr.w)
	if err != nil {
		closeAll(stdin.w, stdout.r, stderr.r)
		return nil, fmt.Errorf("start driver: %w", err)
	}
	raw, err := stderr.r.SyscallConn()
	if err != nil { // cannot happen for an open pipe
		return nil, fmt.Errorf("start driver: %w", err)
	}
	d := &Driver{
		cmd:    cmd,
		stdin:  stdin.w,
		pipes:  []*os.File{stdin.w, stdout.r, stderr.r},
		log:    newLog(raw, c.Mark),
		exited: make(chan struct{}),
		Conn:   NewConn(stdout.r, stdin.w, c.Tap),
	}
	go func() {
		_ = cmd.Wait() // the state says all that its error would
		d.state = cmd.ProcessState
		close(d.exited)
		// A grandchild may hold stdout open for as long as it likes. What the
		// driver itself wrote is in the pipe already.
		_ = stdout.r.SetReadDeadline(time.Now().Add(grace / 2))
	}()
	if c.Log != nil {
		c.Log.Debug("driver started", "path", c.Path, "pid", cmd.Process.Pid)
	}
	return d, nil
}

// PID of the driver, which is its process group too.
func (d *Driver) PID() int { return d.cmd.Process.Pid }

// Log is what the driver wrote on stderr.
func (d *Driver) Log() *Log { return d.log }

// Exited is closed when the process is gone.
func (d *Driver) Exited() <-chan struct{} { return d.exited }

// DeadError says that a driver is gone or has to be given up.
type DeadError struct {
	How  string   // such as "exited with status 3", "was killed by signal 9 (killed)"
	Tail []string // last lines of its log
}

// Error says how it ended; Tail is left to whoever reports it.
func (e *DeadError) Error() string { return "the driver " + e.How }

// grace is how long a driver whose stdout ended may take to exit, so that the
// error can name its exit status.
const grace = 2 * time.Second

// Call is Conn.Call, with the driver's death explained.
func (d *Driver) Call(ctx context.Context, method string, params, result any) error {
	err := d.Conn.Call(ctx, method, params, result)
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*RPCError](err); ok {
		return err
	}
	if _, ok := errors.AsType[*TimeoutError](err); ok || ctx.Err() != nil {
		return err
	}
	if g, ok := errors.AsType[*GarbageError](err); ok {
		return &DeadError{How: strings.TrimPrefix(g.Error(), "the driver "), Tail: d.log.Tail(10)}
	}
	return d.death(ctx)
}

// Death says how the driver ended; nil while it runs.
func (d *Driver) Death() *DeadError {
	select {
	case <-d.exited:
		return &DeadError{How: describe(d.state), Tail: d.log.Tail(10)}
	default:
		return nil
	}
}

// death waits for the exit status of a driver whose pipes are closed.
func (d *Driver) death(ctx context.Context) *DeadError {
	patience, cancel := context.WithTimeout(ctx, grace)
	defer cancel()
	select {
	case <-d.exited:
		return d.Death()
	case <-patience.Done():
		return &DeadError{How: "closed its pipes and went on running", Tail: d.log.Tail(10)}
	}
}

// describe says how a process ended.
func describe(state *os.ProcessState) string {
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return fmt.Sprintf("was killed by signal %d (%s)", int(status.Signal()), status.Signal())
	}
	return fmt.Sprintf("exited with status %d", state.ExitCode())
}

// Shutdown asks the driver to end, waits as long as ctx allows, and closes it
// in any case.
func (d *Driver) Shutdown(ctx context.Context) {
	if err := d.Conn.Call(ctx, MethodShutdown, nil, nil); err == nil {
		d.stdin.Close() // a driver that ignores the method sees the end of its input
		select {
		case <-d.exited:
		case <-ctx.Done():
		}
	}
	d.Close()
}

// Close kills what is left of the driver's process group, waits for the driver
// and releases everything. It may be called more than once.
func (d *Driver) Close() {
	killGroup(d.PID())
	<-d.exited
	d.log.pull() // its last words are in the pipe
	closeAll(d.pipes...)
	<-d.Ended()
	<-d.log.ended
}

type pipe struct{ r, w *os.File }

func openPipes(n int) ([]pipe, error) {
	var all []pipe
	for range n {
		r, w, err := os.Pipe()
		if err != nil {
			for _, p := range all {
				closeAll(p.r, p.w)
			}
			return nil, fmt.Errorf("start driver: %w", err)
		}
		all = append(all, pipe{r, w})
	}
	return all, nil
}

// closeAll closes files whose close cannot lose anything.
func closeAll(files ...*os.File) {
	for _, f := range files {
		_ = f.Close()
	}
}
