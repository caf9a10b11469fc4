package engine

import (
	"context"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

// shelf is an engine with one container and one network, which hold what a
// dead run has left.
type shelf struct {
	mu      sync.Mutex
	removed []string
	stuck   bool // nothing can be removed
}

func (s *shelf) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w.Header().Set("Api-Version", "1.41")
	gone := func(id string) bool { return strings.Contains(strings.Join(s.removed, " "), id) }
	switch {
	case r.Method == http.MethodDelete && s.stuck:
		http.Error(w, `{"message":"device is busy"}`, http.StatusInternalServerError)
	case r.Method == http.MethodDelete:
		s.removed = append(s.removed, r.URL.Path)
	case strings.HasSuffix(r.URL.Path, "/containers/json") && !gone("c1"):
		w.Write([]byte(`[{"Id":"c1","Names":["/lane-0"],"Labels":{"conform.run":"r1"}}]`))
	case strings.HasSuffix(r.URL.Path, "/networks") && !gone("n1"):
		w.Write([]byte(`[{"Id":"n1","Name":"net","Labels":{"conform.run":"r1"}}]`))
	default:
		w.Write([]byte("[]"))
	}
}

func engineWith(t *testing.T, s *shelf) *Engine {
	t.Helper()
	e, err := Probe(t.Context(), around(t, nil, serve(t, s)))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestClearRemovesContainersBeforeNetworks(t *testing.T) {
	s := &shelf{}
	if err := engineWith(t, s).Clear(t.Context(), "r1", 0); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(s.removed, " "); got != "/v1.40/containers/c1 /v1.40/networks/n1" {
		t.Errorf("got %s", got)
	}
}

func TestClearNamesWhatStays(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	err := engineWith(t, &shelf{stuck: true}).Clear(ctx, "r1", 0)
	if err == nil || !strings.Contains(err.Error(), "remove what run r1 left: remove network net of run r1: the engine answers 500: device is busy") {
		t.Errorf("got %v", err)
	}
}

func TestFate(t *testing.T) {
	self := Self()
	if self.Start == "" {
		t.Skip("this machine does not tell when processes started")
	}
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	change := func(f func(*Owner)) Owner { o := self; f(&o); return o }
	for _, c := range []struct {
		name string
		o    Owner
		want Fate
	}{
		{"this process", self, Alive},
		{"ended", change(func(o *Owner) { o.PID = cmd.Process.Pid }), Dead},
		{"id used again", change(func(o *Owner) { o.Start = "1" }), Dead},
		{"before the last boot", change(func(o *Owner) { o.Boot = "other" }), Dead},
		{"another machine", change(func(o *Owner) { o.Host, o.Boot = "other", "other" }), Unknown},
		{"no owner", Owner{}, Unknown},
	} {
		if got := c.o.Fate(); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	if got := ownerOf(self.Labels("r")); got != self {
		t.Errorf("labels give %+v", got)
	}
}
