package flight

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "not", "there", "yet")
	start := Record{Player: "fake", Version: "0.79.4", PID: 7, Start: time.Unix(1, 5), Argv: []string{"--mode", "rpc"},
		Env: []Var{{Name: "A", Size: 1}}, Files: []File{{Path: "auth.json", Mode: "0600", Content: "<{}>\n"}}}
	w, err := Create(Sidecar{Records: dir}, start)
	if err != nil {
		t.Fatal(err)
	}
	w.Stdin(`{"type":"prompt"}`)
	first := w.Request(Exchange{Method: "POST", URL: "http://a/", Body: "x"})
	second := w.Request(Exchange{Method: "POST", URL: "http://b/"})
	w.Answer(second, 401, nil)
	w.Answer(first, 0, errors.New("refused"))
	w.Stdout(`{"type":"agent_end"}`)
	w.Note("odd")
	if err := w.Exit(Exit{Code: 3, Reason: "test"}, []File{{Path: "x"}}); err != nil {
		t.Fatal(err)
	}
	w.Note("after the end")

	got, err := ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	want := start
	want.Stdin = []Line{{Text: `{"type":"prompt"}`}}
	want.Stdout = []Line{{Text: `{"type":"agent_end"}`}}
	want.HTTP = []Exchange{
		{Method: "POST", URL: "http://a/", Body: "x", Error: "refused"},
		{Method: "POST", URL: "http://b/", Status: 401},
	}
	want.Notes = []string{"odd"}
	want.Exit = &Exit{Code: 3, Reason: "test"}
	want.FilesAtExit = []File{{Path: "x"}}
	ignore := cmpopts.IgnoreFields
	if diff := cmp.Diff([]Record{want}, got, cmpopts.EquateApproxTime(0), ignore(Line{}, "AtMS"),
		ignore(Exchange{}, "AtMS", "Millis"), ignore(Exit{}, "AtMS")); diff != "" {
		t.Errorf("record (-want +got):\n%s", diff)
	}
}

func TestKilledProcessLeavesWhatMatters(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	w, err := Create(Sidecar{Records: dir}, Record{PID: 9, Start: time.Unix(2, 0)})
	if err != nil {
		t.Fatal(err)
	}
	w.Stdin("in")
	w.Stdout("held back, and lost with the process")
	got, err := ReadDir(dir) // no Exit, no Flush: as if killed here
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 1 || got[0].PID != 9 || len(got[0].Stdin) != 1 || got[0].Exit != nil {
		t.Errorf("got %+v", got)
	}
}

func TestReadDirTruncatedTail(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		pid  int
		bad  bool
	}{
		"empty file":           {"", 44, false},
		"cut within the start": {`{"start":{"pid":1`, 44, false},
		"cut within a line":    {`{"start":{"pid":1}}` + "\n" + `{"stdin":{"te`, 1, false},
		"garbage in the midst": {`{"start":{"pid":1}}` + "\n}{\n" + `{"note":"x"}` + "\n", 0, true},
		"answer to nothing":    {`{"answer":{"index":3}}` + "\n", 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "flight-123-44.jsonl"), []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			got, err := ReadDir(dir)
			if c.bad {
				if err == nil || !strings.Contains(err.Error(), "flight-123-44.jsonl") {
					t.Errorf("error %v does not name the file", err)
				}
				return
			}
			if err != nil || len(got) != 1 || got[0].PID != c.pid || got[0].Exit != nil {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}

func TestSnapshot(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(path, text string, mode os.FileMode) {
		t.Helper()
		path = filepath.Join(dir, path)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), mode), os.Chmod(path, mode)); err != nil {
			t.Fatal(err)
		}
	}
	write("skills/a/SKILL.md", "skill", 0o644)
	write("auth.json", "{}", 0o600)
	write("big", strings.Repeat("x", MaxContent+1), 0o640)
	if err := errors.Join(os.Chmod(dir, 0o700), os.Symlink("auth.json", filepath.Join(dir, "link")), os.Symlink("nowhere", filepath.Join(dir, "dangling"))); err != nil {
		t.Fatal(err)
	}
	mode, files, err := Snapshot(dir)
	if err != nil || mode != "0700" {
		t.Fatalf("mode %s, error %v", mode, err)
	}
	want := []File{
		{Path: "auth.json", Mode: "0600", Size: 2, Content: "{}"},
		{Path: "big", Mode: "0640", Size: MaxContent + 1, Content: strings.Repeat("x", MaxContent), Cut: true},
		{Path: "dangling"},
		{Path: "link", Mode: "0600", Size: 2, Content: "{}"},
		{Path: "skills", Mode: "0700", Dir: true},
		{Path: "skills/a", Mode: "0700", Dir: true},
		{Path: "skills/a/SKILL.md", Mode: "0644", Size: 5, Content: "skill"},
	}
	if diff := cmp.Diff(want, files); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	if mode, files, err := Snapshot(filepath.Join(dir, "missing")); mode != "" || files != nil || err != nil {
		t.Errorf("missing folder: %q %v %v", mode, files, err)
	}
}

func TestEnviron(t *testing.T) {
	t.Parallel()
	got := Environ([]string{"Z=xMARKy", "PATH=/bin", "KEY=foreign", "EMPTY=", "EQ=a=b"}, Sidecar{Mark: "MARK", ShowEnv: []string{"PATH", "EQ"}})
	want := []Var{{"EMPTY", "", 0}, {"EQ", "a=b", 3}, {"KEY", "", 7}, {"PATH", "/bin", 4}, {"Z", "xMARKy", 6}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestSidecarFile(t *testing.T) {
	t.Parallel()
	exe := filepath.Join(t.TempDir(), "pi")
	if s, err := LoadSidecar(exe); err != nil || !s.isZero() {
		t.Errorf("without a file: %+v, %v", s, err)
	}
	want := Sidecar{Records: "/r", Mark: "m", ShowEnv: []string{"PATH"}, Play: "0.79.4", Banner: "b\n", Exec: []string{"real", "pi"}}
	if err := want.Write(exe); err != nil {
		t.Fatal(err)
	}
	got, err := LoadSidecar(exe)
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if err := os.WriteFile(exe+SidecarSuffix, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadSidecar(exe); err == nil {
		t.Error("a broken sidecar must be an error, or evidence is lost in silence")
	}
}

func BenchmarkTurn(b *testing.B) {
	dir := b.TempDir()
	for b.Loop() {
		w, err := Create(Sidecar{Records: dir}, Record{Env: make([]Var, 30)})
		if err != nil {
			b.Fatal(err)
		}
		for range 3 {
			w.Stdin(`{"type":"get_state"}`)
			w.Stdout(strings.Repeat("x", 500))
		}
		w.Answer(w.Request(Exchange{Body: strings.Repeat("x", 5000)}), 200, nil)
		if err := w.Exit(Exit{}, nil); err != nil {
			b.Fatal(err)
		}
	}
}
