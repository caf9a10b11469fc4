package jsonl

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/agenta-ai/conform/verdict"
)

func write(t *testing.T, cells ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "results.jsonl")
	w, err := Create(path, verdict.Header{Tool: "conform", Planned: len(cells)})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cells {
		if err := w.Cell(verdict.Result{Cell: c, Status: verdict.Failed}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Finish(verdict.Footer{Exit: verdict.ExitFailed, Complete: true}); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestRoundTrip(t *testing.T) {
	rec, err := Open(write(t, "a", "b"))
	if err != nil {
		t.Fatal(err)
	}
	if rec.Header.Format != Format || len(rec.Results) != 2 || rec.Results[1].Cell != "b" || rec.Results[1].Status != verdict.Failed {
		t.Errorf("read back %+v", rec.Run)
	}
	if rec.Footer == nil || rec.Footer.Exit != verdict.ExitFailed || rec.Torn != "" {
		t.Errorf("footer %+v, torn %q", rec.Footer, rec.Torn)
	}
}

// A kill can come at any instant: every prefix of a file must read as the run up
// to there, or say that there is no header.
func TestEveryPrefixReads(t *testing.T) {
	whole, err := os.ReadFile(write(t, "a", "b", "c"))
	if err != nil {
		t.Fatal(err)
	}
	header := bytes.IndexByte(whole, '\n')
	for n := range len(whole) {
		rec, err := Read("results.jsonl", bytes.NewReader(whole[:n]))
		if n < header {
			if !errors.Is(err, ErrNoHeader) {
				t.Fatalf("%d bytes: %v, want %v", n, err, ErrNoHeader)
			}
			continue
		}
		if err != nil {
			t.Fatalf("%d bytes: %v", n, err)
		}
		lines := bytes.Count(whole[:n], []byte("\n"))
		// A line that lacks nothing but its end counts.
		if got := len(rec.Results); got != min(lines-1, 3) && got != min(lines, 3) {
			t.Fatalf("%d bytes, %d lines: %d results", n, lines, got)
		}
		atEnd := whole[n-1] == '\n' || whole[n] == '\n'
		if torn := rec.Torn != ""; torn == atEnd {
			t.Fatalf("%d bytes: torn %q", n, rec.Torn)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	const header = `{"type":"header","format":1}` + "\n"
	const cell = `{"type":"cell","cell":"a","status":"passed"}` + "\n"
	const footer = `{"type":"footer"}` + "\n"
	for name, c := range map[string]struct {
		text string
		want error
		at   string
	}{
		"empty":             {"", ErrNoHeader, "f:1: "},
		"no header":         {cell, ErrNoHeader, "f:1: "},
		"another version":   {`{"type":"header","format":2,"tool":7}` + "\n", ErrVersion, "f:1: "},
		"duplicate":         {header + cell + cell, ErrDuplicate, "f:3: "},
		"second header":     {header + header, ErrOrder, "f:2: "},
		"behind the footer": {header + footer + cell, ErrOrder, "f:3: "},
		"garbage":           {header + "what\n" + cell, ErrLine, "f:2: "},
		"torn in the midst": {header + cell[:20] + "\n" + cell, ErrLine, "f:2: "},
		"unknown status":    {header + `{"type":"cell","cell":"a","status":"fine"}` + "\n", ErrLine, "f:2: "},
		"unknown type":      {header + `{"type":"note"}` + "\n", ErrLine, "f:2: "},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Read("f", strings.NewReader(c.text))
			if !errors.Is(err, c.want) || !strings.HasPrefix(err.Error(), c.at) {
				t.Errorf("got %v, want %s%v", err, c.at, c.want)
			}
			for _, other := range []error{ErrNoHeader, ErrVersion, ErrDuplicate, ErrOrder, ErrLine} {
				if other != c.want && errors.Is(err, other) {
					t.Errorf("%v is also %v", err, other)
				}
			}
		})
	}
	if _, err := Read("f", strings.NewReader(header+cell+footer)); err != nil {
		t.Errorf("a good file: %v", err)
	}
}

func TestLongLines(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r")
	w, err := Create(path, verdict.Header{})
	if err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("x", 5<<20)
	if err := errors.Join(w.Cell(verdict.Result{Cell: "a", Reason: long}), w.Close()); err != nil {
		t.Fatal(err)
	}
	rec, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if rec.Results[0].Reason != long || rec.Footer != nil {
		t.Errorf("%d bytes came back, footer %v", len(rec.Results[0].Reason), rec.Footer)
	}
}

func TestResume(t *testing.T) {
	whole, err := os.ReadFile(write(t, "a", "b"))
	if err != nil {
		t.Fatal(err)
	}
	endB := bytes.LastIndex(whole, []byte(`{"type":"footer"`))
	for name, n := range map[string]int{
		"whole, with footer": len(whole), "torn footer": len(whole) - 5, "no footer": endB,
		"only the end of b lacks": endB - 1, "torn b": endB - 9,
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "r")
			if err := os.WriteFile(path, whole[:n], 0o600); err != nil {
				t.Fatal(err)
			}
			w, rec, err := Resume(path)
			if err != nil {
				t.Fatal(err)
			}
			if rec.Footer != nil || len(rec.Results) < 1 {
				t.Errorf("resumed with %+v", rec.Run)
			}
			if len(rec.Results) == 1 {
				err = w.Cell(verdict.Result{Cell: "b"})
			}
			if err := errors.Join(err, w.Cell(verdict.Result{Cell: "c"}), w.Finish(verdict.Footer{})); err != nil {
				t.Fatal(err)
			}
			got, err := Open(path)
			if err != nil {
				t.Fatal(err)
			}
			if len(got.Results) != 3 || got.Footer == nil || got.Torn != "" {
				t.Errorf("after it %d results, footer %v, torn %q", len(got.Results), got.Footer, got.Torn)
			}
		})
	}
}

// slowDisk counts syncs, each of which takes a while.
type slowDisk struct {
	mu    sync.Mutex
	text  bytes.Buffer
	saved int // bytes at the last sync
	syncs int
	err   error
}

func (d *slowDisk) Write(p []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.text.Write(p)
}

func (d *slowDisk) Sync() error {
	d.mu.Lock()
	at := d.text.Len()
	d.mu.Unlock()
	time.Sleep(5 * time.Millisecond)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.saved, d.syncs = at, d.syncs+1
	return d.err
}

func (d *slowDisk) Close() error { return nil }

func TestGroupCommit(t *testing.T) {
	disk := &slowDisk{}
	w, err := newWriter(disk, verdict.Header{})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 250 {
				if err := w.Cell(verdict.Result{Cell: "x"}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(disk.text.Bytes(), []byte("\n")); n != 2001 || disk.saved != disk.text.Len() {
		t.Errorf("%d lines, %d of %d bytes synced", n, disk.saved, disk.text.Len())
	}
	if disk.syncs > 500 {
		t.Errorf("%d syncs for 2001 lines", disk.syncs)
	}
}

func TestFailedDiskIsTold(t *testing.T) {
	disk := &slowDisk{err: errors.New("disk full")}
	w, err := newWriter(disk, verdict.Header{})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Finish(verdict.Footer{}); err == nil || !strings.Contains(err.Error(), "disk full") {
		t.Errorf("finish: %v, want the disk's error", err)
	}
	if err := w.Cell(verdict.Result{}); err == nil {
		t.Error("a closed writer takes a cell")
	}
}
