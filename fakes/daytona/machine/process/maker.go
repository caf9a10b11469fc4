package process

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sync"

	"github.com/agenta-ai/conform/fakes/daytona/machine"
)

// Home is the home folder inside of every machine.
const Home = "/home/sandbox"

// Maker makes machines below a folder.
type Maker struct {
	Dir  string   // folder for machines; its path must need no quotes in a shell
	Path []string // folders of programs that machines have besides the system's
	Env  []string // name=value, part of every environment
	// Whole makes this computer itself the machine, where it is a container that is
	// there for nothing else. Paths are what they are, and Remove removes no file.
	Whole bool
}

var plain = regexp.MustCompile(`^[A-Za-z0-9_./+-]+$`)

// Make makes a machine with a home folder and an empty /tmp.
func (m Maker) Make(_ context.Context, spec machine.Spec) (machine.Machine, error) {
	path := filepath.Join(m.Dir, spec.ID)
	if m.Whole {
		path = "/"
	}
	if !plain.MatchString(path) {
		return nil, fmt.Errorf("make a machine: the path %q holds characters that shells read in their own way", path)
	}
	made, err := furnish(path)
	if err != nil {
		return nil, fmt.Errorf("make a machine: %w", err)
	}
	made.maker, made.spec = m, spec
	if m.Whole {
		made.path = ""
	}
	if spec.Proxied {
		if made.out, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
			return nil, fmt.Errorf("make a machine: %w", errors.Join(err, made.Remove()))
		}
	}
	return made, nil
}

// furnish makes the folder of a machine.
func furnish(path string) (*folder, error) {
	if err := os.MkdirAll(path, 0o755); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, err
	}
	for _, dir := range []struct {
		name string
		mode fs.FileMode
	}{{Home, 0o755}, {"/tmp", 0o777 | fs.ModeSticky}} {
		if err := root.MkdirAll(dir.name[1:], 0o755); err != nil {
			return nil, err
		}
		if err := root.Chmod(dir.name[1:], dir.mode); err != nil {
			return nil, err
		}
	}
	return &folder{path: path, root: root}, nil
}

// folder is one machine.
type folder struct {
	maker Maker
	spec  machine.Spec
	path  string       // "" for the whole computer
	out   net.Listener // nil if it is not proxied
	root  *os.Root

	mu      sync.Mutex
	running []*process
	stopped bool
}

// Home is where processes start.
func (f *folder) Home() string { return Home }

// Name is the same for all: they share one computer.
func (f *folder) Name() string { return "folder" }

// Dial connects to a port of this computer.
func (f *folder) Dial(ctx context.Context, port int) (net.Conn, error) {
	var d net.Dialer
	return d.DialContext(ctx, "tcp", fmt.Sprintf("127.0.0.1:%d", port))
}

// Outgoing is a port of this computer too.
func (f *folder) Outgoing() net.Listener { return f.out }

// Err is nil: a folder does not break.
func (f *folder) Err() error { return nil }

// Remove ends what runs and deletes the folder.
func (f *folder) Remove() error {
	ctx, cancel := context.WithCancel(context.Background())
	cancel() // at once
	err := f.Stop(ctx)
	if f.out != nil {
		_ = f.out.Close() // it may be closed already
	}
	err = errors.Join(err, f.root.Close())
	if f.maker.Whole {
		return err
	}
	return errors.Join(err, os.RemoveAll(f.path))
}

// tops are the names at the machine's root.
func (f *folder) tops() []string {
	entries, err := fs.ReadDir(f.root.FS(), ".")
	if err != nil {
		return nil
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	slices.SortFunc(names, func(a, b string) int { return len(b) - len(a) })
	return names
}
