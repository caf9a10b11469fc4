package machine

import (
	"context"
	"io"
	"io/fs"
	"net"
)

// A Maker makes machines.
type Maker interface {
	Make(ctx context.Context, spec Spec) (Machine, error)
}

// Spec is what a machine is made with.
type Spec struct {
	ID      string            // of the sandbox, unique in its cloud
	Env     map[string]string // environment of every process
	Proxied bool              // everything leaves by an HTTP proxy: see [Machine.Outgoing]
}

// A Machine is one sandbox's computer. Its paths are those that a process
// inside sees: absolute ones begin at the machine's own root, others at Home.
// Its methods are safe for concurrent use.
type Machine interface {
	Files
	// Name says what the machine is, such as "container 4f2a". No two machines of
	// one maker that are containers have the same name.
	Name() string
	// Home is the folder that processes start in.
	Home() string
	// Start starts a shell command.
	Start(Command) (Process, error)
	// Dial connects to a port of the machine from outside.
	Dial(ctx context.Context, port int) (net.Conn, error)
	// Outgoing is where connections arrive from processes inside to the HTTP proxy
	// that they are told of; nil if the machine is not Proxied. Whoever serves it
	// closes it.
	Outgoing() net.Listener
	// Stop ends all processes, at the latest when ctx ends. Files stay.
	Stop(ctx context.Context) error
	// Restart lets a stopped machine start processes again.
	Restart() error
	// Remove takes the machine away with its files, and all that still runs on it.
	Remove() error
	// Err is what broke the machine itself, such as the end of a container that
	// nobody asked for; nil while it is well.
	Err() error
	// Inside writes a text about this machine as a process inside would: where
	// a machine maps paths, the outer ones are replaced by the inner ones.
	Inside(text string) string
}

// Files are a machine's files. Errors are those of package fs where they fit.
type Files interface {
	// Mkdir makes a folder and those above it. The mode is the folder's own,
	// also when it stood there already.
	Mkdir(path string, mode fs.FileMode) error
	// Write replaces a file's content and makes the folders above it. A new file
	// has mode 0644.
	Write(path string, content io.Reader) error
	Open(path string) (io.ReadCloser, error)
	Stat(path string) (fs.FileInfo, error)
	List(path string) ([]fs.FileInfo, error)
	// Delete removes a file or an empty folder, and a full one if all is set.
	Delete(path string, all bool) error
	Move(from, to string) error
	Chmod(path string, mode fs.FileMode) error
}

// Command is a shell command.
type Command struct {
	Line   string
	Dir    string // Home if empty
	Env    map[string]string
	Stdout io.Writer
	Stderr io.Writer
}

// A Process is a running command.
type Process interface {
	// Input is its standard input.
	Input() io.WriteCloser
	// Wait waits for its end, not for children that it left running, and gives
	// the exit code: 128 and the signal's number for a killed one.
	Wait() int
	// Stop asks it and its children to end, and makes them when ctx ends.
	Stop(ctx context.Context)
	// Kill ends it and its children at once.
	Kill()
}
