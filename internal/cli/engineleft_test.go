package cli_test

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/agenta-ai/conform/internal/docker/engine"
	"github.com/agenta-ai/conform/reports"
	"github.com/agenta-ai/conform/reports/jsonl"
	"github.com/agenta-ai/conform/verdict"
)

// daemon is the real engine, spoken to as plain HTTP.
type daemon struct{ client *http.Client }

func daemonAt(e *engine.Engine) daemon {
	u, _ := url.Parse(e.Host) // the engine has been found by it
	address := u.Host
	if u.Scheme == "unix" {
		address = u.Path
	}
	network := map[bool]string{true: "unix", false: "tcp"}[u.Scheme == "unix"]
	return daemon{&http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, network, address)
	}}}}
}

// post asks for something and gives the id of what it made.
func (d daemon) post(t *testing.T, path, kind string, body io.Reader) string {
	t.Helper()
	resp, err := d.client.Post("http://engine/v1.40"+path, kind, body)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode >= 300 {
		t.Fatalf("%s: %s: %s %v", path, resp.Status, text, err)
	}
	var made struct{ ID, Status string }
	json.Unmarshal(text, &made) // what it made has an id, the rest is not looked at
	return made.ID + made.Status
}

// asJSON is a body in JSON.
func asJSON(t *testing.T, v any) io.Reader {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.NewReader(text)
}

// leave makes a container, a network and an image without a tag that look like
// a run's, and removes them when the test ends.
func (d daemon) leave(t *testing.T, e *engine.Engine, labels map[string]string, name string) (left []engine.Thing) {
	t.Helper()
	var archive bytes.Buffer
	if err := tar.NewWriter(&archive).Close(); err != nil {
		t.Fatal(err)
	}
	archive.WriteString(name) // behind its end, so that no two images are the same
	imported := d.post(t, "/images/create?fromSrc=-&changes="+url.QueryEscape("LABEL "+engine.LabelImage+"="+name), "application/x-tar", &archive)
	left = append(left, engine.Thing{Kind: "image", ID: imported, Name: strings.TrimPrefix(imported, "sha256:")[:12]})
	// The container needs an image of its own: one that is in use has to stay.
	base := d.post(t, "/images/create?fromSrc=-&repo=conform-test&tag="+name, "application/x-tar", bytes.NewReader(archive.Bytes()))
	t.Cleanup(func() {
		for _, x := range append(slices.Clone(left), engine.Thing{Kind: "image", ID: base}) {
			if err := e.Remove(context.Background(), x); err != nil {
				t.Error(err)
			}
		}
	})
	ctr := d.post(t, "/containers/create?name="+name, "application/json", asJSON(t, map[string]any{"Image": "conform-test:" + name, "Cmd": []string{"x"}, "Labels": labels}))
	net := d.post(t, "/networks/create", "application/json", asJSON(t, map[string]any{"Name": name, "Labels": labels, "Internal": true}))
	return append(left, engine.Thing{Kind: "container", ID: ctr, Name: name}, engine.Thing{Kind: "network", ID: net, Name: name})
}

// deadRun are the labels of a run whose conform is dead.
func deadRun(t *testing.T) map[string]string {
	t.Helper()
	cmd := exec.Command("true")
	if err := cmd.Run(); err != nil {
		t.Skip("no process to be dead: ", err)
	}
	owner := engine.Self()
	owner.PID, owner.Start = cmd.Process.Pid, "1" // whoever has the id now began later
	return owner.Labels("dead" + strconv.Itoa(owner.PID))
}

// A run removes what a dead one has left, and tells of it. What belongs to one
// that is alive stays.
func TestWhatADeadRunLeftIsRemovedAndTold(t *testing.T) {
	e := needDocker(t)
	d := daemonAt(e)
	left := d.leave(t, e, deadRun(t), "conform-test-dead")
	alive := d.leave(t, e, engine.Self().Labels("alive"), "conform-test-alive")[1:] // images have no owner
	text, code := output(t, conformCommand(t, t.TempDir(), "--level", "smoke", "--clause", "GATE-1", "--backend", "docker"))
	if code != verdict.ExitOK {
		t.Errorf("exit code %d: what is another's is no problem of this run\n%s", code, text)
	}
	for _, x := range left {
		if !strings.Contains(text, "conform: removed what a dead run has left: "+x.Kind+" "+x.Name) {
			t.Errorf("nothing is said of %s %s:\n%s", x.Kind, x.Name, text)
		}
		if d.there(t, x) {
			t.Errorf("%s %s is still there", x.Kind, x.Name)
		}
	}
	for _, x := range alive {
		if !d.there(t, x) || strings.Contains(text, x.Name) {
			t.Errorf("%s %s belongs to a run that is alive", x.Kind, x.Name)
		}
	}
	if text, _ := output(t, conformCommand(t, t.TempDir(), "--level", "smoke", "--clause", "GATE-1", "--backend", "docker")); strings.Contains(text, "dead run") {
		t.Errorf("nothing is left, and something is told:\n%s", text)
	}
}

// What a dead run left and cannot be removed ends the run before it begins.
func TestWhatADeadRunLeftAndStaysIsRed(t *testing.T) {
	e := needDocker(t)
	left := daemonAt(e).leave(t, e, deadRun(t), "conform-test-stuck")
	between := before(t, e, func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodDelete || !strings.Contains(r.URL.Path, left[1].ID) {
			return false
		}
		w.WriteHeader(http.StatusInternalServerError)
		io.WriteString(w, `{"message":"device is busy"}`)
		return true
	})
	cmd := conformCommand(t, t.TempDir(), "--level", "smoke", "--clause", "GATE-1", "--backend", "docker")
	cmd.Env = append(os.Environ(), "DOCKER_HOST="+between)
	text, code := output(t, cmd)
	if want := "docker backend: of a dead run: remove container conform-test-stuck of run dead"; code != verdict.ExitBroken || !strings.Contains(text, want) || !strings.Contains(text, "device is busy") {
		t.Errorf("exit code %d, want %d and %q:\n%s", code, verdict.ExitBroken, want, text)
	}
}

// What the run itself leaves makes it red, whatever its cells say, and each thing
// is named.
func TestWhatTheRunLeavesIsRed(t *testing.T) {
	e := needDocker(t)
	d := daemonAt(e)
	var mu sync.Mutex
	var left []engine.Thing
	empty := 0 // answers in a row that list nothing of the run: two, and it is cleared
	between := before(t, e, func(w http.ResponseWriter, r *http.Request) bool {
		run := ofRun.FindStringSubmatch(r.URL.RawQuery)
		if run == nil || r.Method != http.MethodGet {
			return false
		}
		mu.Lock()
		defer mu.Unlock()
		if empty == 2 && left == nil { // the audit asks: an engine that was late
			labels := engine.Self().Labels(run[1])
			left = d.leave(t, e, labels, "conform-test-left")
			return false
		}
		if d.list(t, r.URL.RequestURI()) == 0 {
			empty++
		} else {
			empty = 0
		}
		return false
	})
	out := t.TempDir()
	cmd := conformCommand(t, out, "--level", "smoke", "--clause", "GATE-1", "--backend", "docker")
	cmd.Env = append(os.Environ(), "DOCKER_HOST="+between)
	text, code := output(t, cmd)
	if code != verdict.ExitBroken || len(left) != 3 {
		t.Fatalf("exit code %d, want %d; left %v\n%s", code, verdict.ExitBroken, left, text)
	}
	run, err := jsonl.Open(filepath.Join(out, reports.Results))
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range left {
		want := "left behind: " + x.Kind + " " + x.Name
		if !strings.Contains(text, want) || !slices.ContainsFunc(run.Footer.Problems, func(p string) bool { return strings.HasPrefix(p, want) }) {
			t.Errorf("%q is not told: %q\n%s", want, run.Footer.Problems, text)
		}
	}
	for _, r := range run.Results {
		if r.Status != verdict.Passed {
			t.Errorf("%s: %s", r.Cell, r.Status)
		}
	}
}

// ofRun finds the run in a listing of what it has.
var ofRun = regexp.MustCompile(`conform\.run%3D([0-9a-f]+)`)

// before stands before the engine and gives its own address. What the hook does
// not answer goes on.
func before(t *testing.T, e *engine.Engine, hook func(http.ResponseWriter, *http.Request) bool) string {
	t.Helper()
	through := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: "engine"})
	through.Transport = daemonAt(e).client.Transport
	l, err := net.Listen("unix", filepath.Join(t.TempDir(), "engine"))
	if err != nil {
		t.Fatal(err)
	}
	s := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !hook(w, r) {
			through.ServeHTTP(w, r)
		}
	})}
	go s.Serve(l)
	t.Cleanup(func() { s.Close() })
	return "unix://" + l.Addr().String()
}

// output is all that a command says, and its exit code.
func output(t *testing.T, cmd *exec.Cmd) (string, int) {
	t.Helper()
	text, err := cmd.CombinedOutput()
	exit, ended := errors.AsType[*exec.ExitError](err)
	switch {
	case err == nil:
		return string(text), 0
	case !ended:
		t.Fatal(err)
	}
	return string(text), exit.ExitCode()
}

// list counts what a listing has.
func (d daemon) list(t *testing.T, path string) int {
	t.Helper()
	resp, err := d.client.Get("http://engine" + path)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var all []any
	if err := json.NewDecoder(resp.Body).Decode(&all); err != nil {
		t.Fatal(err)
	}
	return len(all)
}

// there reports whether the engine has a thing.
func (d daemon) there(t *testing.T, x engine.Thing) bool {
	t.Helper()
	path := map[string]string{"container": "/containers/" + x.ID + "/json", "network": "/networks/" + x.ID, "image": "/images/" + x.ID + "/json"}[x.Kind]
	resp, err := d.client.Get("http://engine/v1.40" + path)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}
