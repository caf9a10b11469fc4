package engine

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// serve answers on a Unix socket and returns its path.
func serve(t *testing.T, h http.Handler) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	s := &http.Server{Handler: h}
	go s.Serve(l)
	t.Cleanup(func() { s.Close() })
	return path
}

// answering is an engine's answer to a ping.
func answering(status int, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
	}
}

func well() http.Handler {
	return answering(200, "Api-Version", "1.41", "Ostype", "linux", "Server", "Docker/x")
}

// around are surroundings with these variables and usual places.
func around(t *testing.T, env map[string]string, usual ...string) Surroundings {
	return Surroundings{Getenv: func(n string) string { return env[n] }, Home: t.TempDir(), Usual: usual}
}

func TestProbeFindsTheUsualPlace(t *testing.T) {
	path := serve(t, well())
	e, err := Probe(t.Context(), around(t, nil, "/nowhere/at-all", path))
	if err != nil {
		t.Fatal(err)
	}
	if e.Host != "unix://"+path || e.API != "1.41" || e.Name != "Docker/x" || len(e.Other) > 0 {
		t.Errorf("got %+v", e)
	}
}

func TestProbeSaysWhatIsWrong(t *testing.T) {
	closed := filepath.Join(t.TempDir(), "closed")
	l, err := net.Listen("unix", closed)
	if err != nil {
		t.Fatal(err)
	}
	l.(*net.UnixListener).SetUnlinkOnClose(false)
	l.Close()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, host, want string }{
		{"absent", "unix:///nowhere/docker.sock", "no container engine at unix:///nowhere/docker.sock (DOCKER_HOST): there is no socket; install and start Docker, or set DOCKER_HOST"},
		{"dead", "unix://" + closed, "nobody listens there, its daemon is not running; start it"},
		{"file", "unix://" + file, "that is no socket"},
		{"ssh", "ssh://me@there", "conform does not speak ssh; forward the engine's socket"},
		{"word", "docker", "that is no address; use unix:///path/of/socket or tcp://host:port"},
		{"tcp closed", "tcp://127.0.0.1:1", "nobody listens there"},
		{"web server", "unix://" + serve(t, answering(200)), "something answers that is no container engine"},
		{"sick", "unix://" + serve(t, answering(503)), "it answers 503 Service Unavailable"},
		{"old", "unix://" + serve(t, answering(200, "Api-Version", "1.24")), "its API 1.24 is too old; conform needs API 1.40"},
		{"windows", "unix://" + serve(t, answering(200, "Api-Version", "1.41", "Ostype", "windows")), "it runs windows containers"},
	} {
		t.Run(c.name, func(t *testing.T) {
			// The usual place has an engine that is well: it must not be used.
			_, err := Probe(t.Context(), around(t, map[string]string{"DOCKER_HOST": c.host}, serve(t, well())))
			trouble, ok := errors.AsType[*Trouble](err)
			if !ok || !strings.Contains(err.Error(), c.want) || !trouble.Named {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestProbeDoesNotWaitForever(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close() // it takes connections and never answers
	_, err = Probe(t.Context(), around(t, map[string]string{"DOCKER_HOST": "unix://" + path}))
	if err == nil || !strings.Contains(err.Error(), "gives no answer within") {
		t.Errorf("got %v", err)
	}
}

func TestProbeWithoutAnyEngine(t *testing.T) {
	_, err := Probe(t.Context(), around(t, nil, "/nowhere/a", "/nowhere/b"))
	want := "no container engine at unix:///nowhere/a (usual place): there is no socket; install and start Docker, or set DOCKER_HOST (also tried: /nowhere/b)"
	if err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
}

func TestProbeFollowsContexts(t *testing.T) {
	path := serve(t, well())
	s := around(t, map[string]string{})
	write := func(name string, v any) {
		file := filepath.Join(s.Home, ".docker", name)
		text, err := json.Marshal(v)
		if err == nil {
			err = os.MkdirAll(filepath.Dir(file), 0o755)
		}
		if err == nil {
			err = os.WriteFile(file, text, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	sum := sha256.Sum256([]byte("mine"))
	write("contexts/meta/"+hex.EncodeToString(sum[:])+"/meta.json", map[string]any{"Endpoints": map[string]any{"docker": map[string]string{"Host": "unix://" + path}}})
	write("config.json", map[string]string{"currentContext": "mine"})
	if e, err := Probe(t.Context(), s); err != nil || e.From != "docker context mine" || e.Host != "unix://"+path {
		t.Errorf("current context: %+v %v", e, err)
	}
	env := map[string]string{"DOCKER_CONTEXT": "other"}
	s.Getenv = func(n string) string { return env[n] }
	if _, err := Probe(t.Context(), s); err == nil || !strings.Contains(err.Error(), "docker context other (DOCKER_CONTEXT): there is no such context") {
		t.Errorf("unknown context: %v", err)
	}
	env["DOCKER_HOST"] = "unix://" + path
	if e, err := Probe(t.Context(), s); err != nil || e.From != "DOCKER_HOST" {
		t.Errorf("DOCKER_HOST over DOCKER_CONTEXT: %+v %v", e, err)
	}
}
