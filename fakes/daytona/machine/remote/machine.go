package remote

import (
	"context"
	"io"
	"io/fs"
	"net"
	"time"

	"github.com/agenta-ai/conform/fakes/daytona/machine"
)

// Machine is a machine behind a link.
type Machine struct {
	link *Link
	name string
	home string
	out  *arrivals
}

var _ machine.Machine = (*Machine)(nil)

// Name is as it was given.
func (m *Machine) Name() string { return m.name }

// Home is the machine's own.
func (m *Machine) Home() string { return m.home }

// Inside changes nothing: whatever is known of the machine, it says itself.
func (m *Machine) Inside(text string) string { return text }

// Outgoing is what leaves the machine.
func (m *Machine) Outgoing() net.Listener {
	if m.out == nil {
		return nil
	}
	return m.out
}

// Err says whether the machine is gone.
func (m *Machine) Err() error {
	select {
	case <-m.link.Gone():
		return ErrGone
	default:
		return nil
	}
}

// Remove ends the link.
func (m *Machine) Remove() error {
	if m.out != nil {
		_ = m.out.Close()
	}
	return m.link.Close()
}

// Dial connects to a port inside.
func (m *Machine) Dial(_ context.Context, port int) (net.Conn, error) {
	c, err := m.link.open(question{Op: opDial, Port: port})
	if err != nil {
		return nil, err
	}
	if _, err := heard(c); err != nil {
		_ = c.Close()
		return nil, err
	}
	return c, nil
}

// Stop ends all processes.
func (m *Machine) Stop(ctx context.Context) error {
	return m.do(question{Op: opStop, Patience: left(ctx)})
}

// Restart lets a stopped machine start processes again.
func (m *Machine) Restart() error { return m.do(question{Op: opRestart}) }

// long is how long a machine may take when its user is as patient as can be.
const long = time.Hour

// left is how long a context still lasts.
func left(ctx context.Context) time.Duration {
	if ctx.Err() != nil {
		return 0
	}
	if end, limited := ctx.Deadline(); limited {
		return max(time.Until(end), 0)
	}
	return long
}

func (m *Machine) do(q question) error {
	_, err := m.link.ask(context.Background(), q)
	return err
}

// Mkdir makes a folder.
func (m *Machine) Mkdir(path string, mode fs.FileMode) error {
	return m.do(question{Op: opMkdir, Path: path, Mode: mode})
}

// Write writes a file.
func (m *Machine) Write(path string, content io.Reader) error {
	c, err := m.link.open(question{Op: opWrite, Path: path})
	if err != nil {
		return err
	}
	defer c.Close()
	_, copied := io.Copy(c.Conn, content)
	if err := c.Close(); err != nil { // its own side of it: the answer still comes
		return ErrGone
	}
	if _, err := heard(c); err != nil {
		return err
	}
	return copied
}

// Open opens a file for reading.
func (m *Machine) Open(path string) (io.ReadCloser, error) {
	c, err := m.link.open(question{Op: opOpen, Path: path})
	if err != nil {
		return nil, err
	}
	if _, err := heard(c); err != nil {
		_ = c.Close()
		return nil, err
	}
	return c, nil
}

// Stat describes a file or folder.
func (m *Machine) Stat(path string) (fs.FileInfo, error) {
	a, err := m.link.ask(context.Background(), question{Op: opStat, Path: path})
	if err != nil {
		return nil, err
	}
	return *a.Info, nil
}

// List describes what stands in a folder.
func (m *Machine) List(path string) ([]fs.FileInfo, error) {
	a, err := m.link.ask(context.Background(), question{Op: opList, Path: path})
	if err != nil {
		return nil, err
	}
	all := make([]fs.FileInfo, len(a.List))
	for i := range a.List {
		all[i] = a.List[i]
	}
	return all, nil
}

// Delete removes a file or folder.
func (m *Machine) Delete(path string, all bool) error {
	return m.do(question{Op: opDelete, Path: path, All: all})
}

// Move renames a file or folder.
func (m *Machine) Move(from, to string) error {
	return m.do(question{Op: opMove, Path: from, To: to})
}

// Chmod changes permission bits.
func (m *Machine) Chmod(path string, mode fs.FileMode) error {
	return m.do(question{Op: opChmod, Path: path, Mode: mode})
}
