package keeper

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/moby/moby/client"

	"github.com/agenta-ai/conform/fakes/daytona/machine"
	"github.com/agenta-ai/conform/fakes/pi/flight"
	"github.com/agenta-ai/conform/internal/companion"
	"github.com/agenta-ai/conform/internal/docker/engine"
	"github.com/agenta-ai/conform/internal/docker/image"
	inside "github.com/agenta-ai/conform/internal/docker/sandbox"
	"github.com/agenta-ai/conform/internal/docker/wire"
	"github.com/agenta-ai/conform/internal/world"
)

// A sandbox's container as it really is: what it can do, what it is shut off
// from, where its secrets are not, and that the engine ends it though nobody else
// does.
func TestASandboxIsAContainer(t *testing.T) {
	if testing.Short() {
		t.Skip("runs containers")
	}
	e, err := engine.Probe(t.Context(), engine.Here())
	if err != nil {
		if slices.Contains(strings.Split(os.Getenv("CONFORM_REQUIRE"), ","), "docker") {
			t.Fatal("CONFORM_REQUIRE wants docker: ", err)
		}
		t.Skip(err)
	}
	const run = "sandboxtest"
	const expiry = 8 * time.Second
	ctx, end := context.WithCancel(context.Background())
	k := &keeper{orders: wire.Orders{Run: run, Host: e.Host, Labels: engine.Self().Labels(run), Image: programs(t, "lane"), Sandbox: wire.Sandbox{Image: programs(t, "sandbox"), Command: []string{"/lane", "sandbox"}}}}
	b, err := k.build(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer b.close()
	tag, err := b.sandboxImage(ctx)
	if err != nil {
		t.Fatal(err)
	}
	s, err := newSandboxes(k.orders, tag, b.docker)
	if err != nil {
		t.Fatal(err)
	}
	s.expiry = expiry
	warm := &store{start: s.start, log: slog.New(slog.DiscardHandler)}
	warm.open(ctx)
	defer func() {
		end()
		warm.close()
		if err := e.Clear(context.Background(), run, 0); err != nil {
			t.Error(err)
		}
	}()
	maker := inside.NewMaker(func() (net.Conn, error) {
		near, far := net.Pipe()
		go warm.serve(far)
		return near, nil
	}, world.Furniture{Authority: []byte("the authority\n"), Sidecar: func() flight.Sidecar { return flight.Sidecar{Mark: "sk-"} }})
	m, err := maker.Make(ctx, machine.Spec{ID: "one", Env: map[string]string{"SECRET": "sk-secret"}, Proxied: true})
	if err != nil {
		t.Fatal(err)
	}
	begun := time.Now()

	// What it can do.
	if err := m.Write("/home/sandbox/a/b", strings.NewReader("text\n")); err != nil {
		t.Error(err)
	}
	for line, want := range map[string]string{
		"read -r a <a/b; echo $a $SECRET $DAYTONA_SANDBOX_ID $HOME": "text sk-secret one /home/sandbox\n",
		"read -r a <$SSL_CERT_FILE; echo $a":                        "the authority\n",
		"exit 3":                                                    "",
	} {
		if got := ran(t, m, line); got != want {
			t.Errorf("%s: %q, want %q", line, got, want)
		}
	}
	if got := ran(t, m, "pi --version"); strings.Count(got, ".") != 2 {
		t.Errorf("its Pi says %q", got)
	}
	leaving := make(chan net.Conn, 1)
	go func() {
		if c, err := m.Outgoing().Accept(); err == nil {
			leaving <- c
		}
	}()
	// What it is shut off from: it has no interface but its own loopback, no route,
	// and one way out.
	interfaces := strings.Split(strings.TrimSpace(ran(t, m, show("/proc/net/dev"))), "\n")
	if len(interfaces) != 3 || !strings.HasPrefix(strings.TrimSpace(interfaces[2]), "lo:") {
		t.Errorf("its interfaces: %q", interfaces)
	}
	if routes := ran(t, m, show("/proc/net/route")); strings.Count(routes, "\n") > 1 {
		t.Errorf("its routes: %q", routes)
	}
	if caps := ran(t, m, show("/proc/self/status")); !strings.Contains(caps, "CapEff:\t0000000000000000") || !strings.Contains(caps, "NoNewPrivs:\t1") {
		t.Errorf("its capabilities: %s", caps)
	}
	// Where its secrets are not: in what the engine knows of it.
	id := strings.TrimPrefix(m.Name(), "container ")
	told, err := b.docker.ContainerInspect(ctx, id, client.ContainerInspectOptions{})
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(told)
	if err != nil || strings.Contains(string(text), "sk-") {
		t.Errorf("%v: the engine was told %s", err, text)
	}
	config := told.Container.Config
	if config.Labels[engine.LabelRun] != run || config.Labels[engine.LabelSandbox] == "" || !told.Container.HostConfig.AutoRemove || len(told.Container.Mounts) > 0 {
		t.Errorf("labels %v, mounts %v", config.Labels, told.Container.Mounts)
	}
	// Its hard end: nobody stops it, nobody closes anything.
	for deadline := time.Now().Add(expiry + time.Minute); m.Err() == nil; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the engine has not ended it")
		}
	}
	if lived := time.Since(begun); lived < expiry/2 {
		t.Errorf("it was ended after %s already", lived)
	}
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		left, err := e.Of(ctx, run)
		if err == nil && len(left) == 0 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("left %v, %v", left, err)
		}
	}
	select {
	case <-leaving:
		t.Error("something left it, though nothing was sent")
	default:
	}
}

// programs is an image with the agent, a shell and a Pi.
func programs(t *testing.T, kind string) image.Image {
	t.Helper()
	store, err := companion.Open(companion.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, program := range []companion.Binary{companion.Lane, companion.Pi} {
		path, err := store.Path(t.Context(), program)
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	return image.Image{Name: "conform/" + kind, Labels: map[string]string{engine.LabelImage: kind}, Layers: []image.Layer{
		image.Base(), {{Path: "/lane", From: paths[0]}, {Path: "/bin/sh", Link: "/lane"}, {Path: inside.Pi, From: paths[1]}},
	}}
}

// show is a command line that shows a file, where there is no other program.
func show(path string) string {
	return `while IFS= read -r line; do echo "$line"; done <` + path
}

// ran is the output of a command.
func ran(t *testing.T, m machine.Machine, line string) string {
	t.Helper()
	var out strings.Builder
	p, err := m.Start(machine.Command{Line: line, Stdout: &out, Stderr: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	p.Input().Close()
	p.Wait()
	return out.String()
}
