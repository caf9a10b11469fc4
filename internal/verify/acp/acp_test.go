package acp

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/agenta-ai/conform/fakes/pi/flight"
	"github.com/agenta-ai/conform/fakes/pi/pitest"
	"github.com/agenta-ai/conform/internal/pidist"
	"github.com/agenta-ai/conform/internal/verify/endpoint"
	"github.com/google/go-cmp/cmp"
)

// patience is how long a whole session may take on a busy machine.
const patience = 4 * time.Minute

const models = `{"providers":{"fake":{"baseUrl":"BASE/v1","api":"openai-completions","apiKey":"key-of-fake",
 "models":[{"id":"m1"},{"id":"m2","name":"Model Two","reasoning":true}]}}}`

// distribution is the real Pi and the adapter, from the cache or from npm. Without
// either the test is skipped, unless Node is required here.
func distribution(t *testing.T) (pidist.Pi, []string) {
	t.Helper()
	required := slices.Contains(strings.Split(os.Getenv("CONFORM_REQUIRE"), ","), "node")
	var log bytes.Buffer
	cache, err := pidist.UserCache(&log)
	if err != nil {
		t.Fatal(err)
	}
	pi, ok := cache.Installed(pidist.Newest())
	if ok {
		if adapter, ok := cache.InstalledAdapter(pidist.AdapterVersion, pi); ok {
			return pi, adapter
		}
	}
	if !required {
		t.Skipf("Pi %s and pi-acp %s are not in the cache; CONFORM_REQUIRE=node installs them from npm", pidist.Newest(), pidist.AdapterVersion)
	}
	if pi, err = cache.Install(t.Context(), pidist.Newest()); err != nil {
		t.Fatal(err)
	}
	adapter, err := cache.Adapter(t.Context(), pidist.AdapterVersion, pi)
	if err != nil {
		t.Fatal(err)
	}
	return pi, adapter
}

// session drives one Pi through the adapter and returns what the adapter said. The
// folder holds the executable pi.
func session(t *testing.T, adapter []string, bin string) []string {
	t.Helper()
	root := t.TempDir()
	home, work := filepath.Join(root, "home"), filepath.Join(root, "home", "work")
	agent := filepath.Join(home, ".pi", "agent")
	provider := endpoint.New()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	server := &http.Server{Handler: provider, ReadHeaderTimeout: patience}
	go func() { _ = server.Serve(listener) }() // ends with Close
	t.Cleanup(func() { provider.Close(); _ = server.Close() })
	must(t, os.MkdirAll(work, 0o755))
	must(t, os.MkdirAll(agent, 0o700))
	must(t, os.WriteFile(filepath.Join(agent, "models.json"), []byte(strings.ReplaceAll(models, "BASE", "http://"+listener.Addr().String())), 0o600))
	must(t, os.WriteFile(filepath.Join(agent, "settings.json"), []byte(`{"retry":{"baseDelayMs":5,"maxRetries":2}}`), 0o600))

	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var log bytes.Buffer
	env := []string{
		"HOME=" + home, "PATH=" + bin + ":" + filepath.Dir(adapter[0]) + ":/usr/bin:/bin", "LANG=C.UTF-8", "TMPDIR=" + root, "PI_OFFLINE=1",
		"PI_ACP_PI_COMMAND=" + filepath.Join(bin, "pi"),
	}
	client, err := Start(ctx, adapter, env, work, &log)
	must(t, err)
	s := Session{Client: client, Provider: provider, Dir: work}
	if err := s.Run(ctx); err != nil {
		for _, f := range client.Frames() {
			t.Log(strings.TrimSpace(f.Text))
		}
		t.Fatalf("%s: %v\n%s", bin, err, log.String())
	}
	return normal(client.Frames(), home)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var (
	anyID   = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
	anyTime = regexp.MustCompile(`20\d\d-\d\d-\d\dT[0-9:.]+Z`)
	tokens  = regexp.MustCompile(`"used":\d+`) // of the context, which holds Pi's own system prompt
)

// normal makes frames of two sessions comparable.
func normal(frames []Frame, home string) []string {
	var out []string
	for _, f := range frames {
		text := strings.ReplaceAll(strings.TrimSpace(f.Text), home, "{HOME}")
		text = anyID.ReplaceAllString(text, "<id>")
		text = anyTime.ReplaceAllString(text, "<time>")
		out = append(out, tokens.ReplaceAllString(text, `"used":"<tokens>"`))
	}
	return out
}

// The real adapter sees no difference between the fake and the real Pi.
func TestAdapterSeesNoDifference(t *testing.T) {
	pi, adapter := distribution(t)
	root := t.TempDir()
	fakeBin, realBin := filepath.Join(root, "fake"), filepath.Join(root, "real")
	built, err := pitest.Build(root, pitest.Fake)
	must(t, err)
	_, err = pitest.Install(fakeBin, built, flight.Sidecar{Play: pidist.Newest()})
	must(t, err)
	must(t, os.Mkdir(realBin, 0o755))
	script := fmt.Sprintf("#!/bin/sh\nexec '%s' '%s' \"$@\"\n", pi.Command[0], pi.Command[1])
	must(t, os.WriteFile(filepath.Join(realBin, "pi"), []byte(script), 0o755))

	real := session(t, adapter, realBin)
	fake := session(t, adapter, fakeBin)
	if diff := cmp.Diff(real, fake); diff != "" {
		t.Errorf("frames of the adapter (-real +fake):\n%s", diff)
	}
	if len(real) < 30 {
		t.Errorf("only %d frames", len(real))
	}
}
