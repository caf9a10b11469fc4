package cachedir_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/agenta-ai/conform/internal/cachedir"
)

// place is a place in a cache of the test, and how often it was filled.
type place struct {
	cachedir.Place
	filled atomic.Int32
}

func newPlace(t *testing.T) *place {
	return &place{Place: cachedir.Place{Dir: filepath.Join(t.TempDir(), "things", "1.0.0")}}
}

func (p *place) have() bool {
	var version string
	return cachedir.ReadReceipt(p.Dir, &version) && version == "1.0.0"
}

func (p *place) fill(dir string) error {
	p.filled.Add(1)
	return errors.Join(os.WriteFile(filepath.Join(dir, "program"), nil, 0o755), cachedir.WriteReceipt(dir, "1.0.0"))
}

// left are the files beside the place, without its lock.
func (p *place) left(t *testing.T) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(p.Dir))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	for _, e := range entries {
		if name := e.Name(); name != "1.0.0" && name != "1.0.0.lock" {
			names = append(names, name)
		}
	}
	return names
}

func TestInstallOnceForAll(t *testing.T) {
	p := newPlace(t)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if err := p.Install(t.Context(), p.have, p.fill); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := p.filled.Load(); n != 1 {
		t.Errorf("filled %d times", n)
	}
	if _, err := os.Stat(filepath.Join(p.Dir, "program")); err != nil {
		t.Error(err)
	}
	if left := p.left(t); left != nil {
		t.Errorf("left behind: %v", left)
	}
}

func TestAFailureLeavesNothing(t *testing.T) {
	p := newPlace(t)
	broke := errors.New("no network")
	if err := p.Install(t.Context(), p.have, func(string) error { return broke }); err != broke {
		t.Errorf("got %v, want the error as it was", err)
	}
	if _, err := os.Stat(p.Dir); err == nil || p.left(t) != nil {
		t.Errorf("left behind: %v, %v", err, p.left(t))
	}
}

// What lies in the place without being what was asked for is replaced.
func TestABrokenOneIsReplaced(t *testing.T) {
	p := newPlace(t)
	old := filepath.Join(p.Dir, "half")
	if err := os.MkdirAll(old, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := p.Install(t.Context(), p.have, p.fill); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(old); err == nil || !p.have() {
		t.Error("the old folder is still there")
	}
}

func TestTroubleOfTheCache(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	held := newPlace(t)
	for name, test := range map[string]struct {
		ctx  context.Context
		in   cachedir.Place
		want string
	}{
		"a file in the way": {t.Context(), cachedir.Place{Dir: filepath.Join(file, "x", "1")}, "the cache folder cannot be used (not a directory)"},
		"given up":          {cancelled, held.Place, "waiting for another installation was given up"},
	} {
		t.Run(name, func(t *testing.T) {
			try := func() error { return test.in.Install(test.ctx, func() bool { return false }, held.fill) }
			var err error
			if test.ctx.Err() == nil {
				err = try()
			} else { // while somebody else installs
				err = test.in.Install(t.Context(), func() bool { return false }, func(string) error { return errors.Join(try(), nil) })
			}
			var trouble *cachedir.Error
			if !errors.As(err, &trouble) || trouble.Error() != test.want {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}
