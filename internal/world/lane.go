package world

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/agenta-ai/conform/fakes/daytona"
	"github.com/agenta-ai/conform/fakes/egress"
	"github.com/agenta-ai/conform/fakes/pi/flight"
	"github.com/agenta-ai/conform/fakes/providers"
	"github.com/agenta-ai/conform/fakes/runner"
	"github.com/agenta-ai/conform/fakes/vault"
	"github.com/agenta-ai/conform/subjects/protocol"
)

// Lane is one isolated slot of a world.
type Lane struct {
	world *World
	index int
	dir   folders
	log   *slog.Logger

	vault     *vault.Server
	tap       *runner.Tap // the configured runner
	elsewhere *runner.Tap // an address that nobody configured
	providers *providers.Server
	proxy     *egress.Proxy
	cloud     *daytona.Server
	apart     Sandboxes // what the cloud's sandboxes run on; nil when that is the lane itself
	servers   []*listener
	names     []net.Listener // where public names lead
	urls      addresses

	mu       sync.Mutex // a lane stages one scenario at a time
	sidecar  *flight.Sidecar
	operator operator            // what lies in the operator's own Pi folder
	subject  *instance           // nil while none runs
	starts   map[string]failures // by setup
	seen     int                 // newest process id when no Pi was left running
}

// folders are where things lie in a lane.
type folders struct {
	root, bin, home, agent, temp, work, flights, pi string
}

// addresses are where the lane's servers listen.
type addresses struct {
	vault, runner, elsewhere, proxy, cloud string
}

// lateness is how late a slow vault answers here: longer than what a client that
// does not wait would bear, and shorter than anybody's patience.
const lateness = time.Second

func newLane(w *World, index int) (*Lane, error) {
	root := filepath.Join(w.Dir, fmt.Sprintf("lane-%d", index))
	l := &Lane{
		world: w, index: index, starts: map[string]failures{}, log: w.Log.With("lane", index),
		dir: folders{
			root: root, bin: filepath.Join(root, "bin"), home: filepath.Join(root, "home"),
			agent: filepath.Join(root, "home", ".pi", "agent"), temp: filepath.Join(root, "tmp"),
			work: filepath.Join(root, "work"), flights: filepath.Join(root, "flights"), pi: filepath.Join(root, "bin", "pi"),
		},
		vault: vault.New(vault.WithDelay(lateness)), tap: runner.New(), elsewhere: runner.New(), providers: providers.New(), proxy: egress.New(w.authority, w.Log),
	}
	l.cloud = l.sandboxes()
	if err := l.build(); err != nil {
		l.close()
		return nil, err
	}
	return l, nil
}

// build makes the folders, puts Pi in place and starts the servers.
func (l *Lane) build() error {
	for _, dir := range []string{l.dir.bin, l.dir.home, l.dir.agent, l.dir.temp, l.dir.work, l.dir.flights} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	if err := install(l.world.Pi.Binary, l.dir.pi); err != nil {
		return err
	}
	if err := l.arrange(""); err != nil {
		return err
	}
	return l.listen()
}

// arrange writes Pi's sidecar when it has to change.
func (l *Lane) arrange(banner string) error {
	s := flight.Sidecar{
		Records: l.dir.flights, Mark: Mark, ShowEnv: shown, Banner: banner,
		Play: l.world.Pi.Version, Exec: l.world.Pi.Command,
	}
	if l.sidecar != nil && l.sidecar.Banner == banner {
		return nil
	}
	l.sidecar = &s
	return s.Write(l.dir.pi)
}

// listen starts the lane's servers.
func (l *Lane) listen() error {
	for _, s := range []struct {
		handler http.Handler
		url     *string
	}{{l.vault, &l.urls.vault}, {l.tap, &l.urls.runner}, {l.elsewhere, &l.urls.elsewhere}, {l.proxy, &l.urls.proxy}, {l.cloud, &l.urls.cloud}} {
		started, err := serve(s.handler, l.log)
		if err != nil {
			return err
		}
		l.servers = append(l.servers, started)
		*s.url = started.url
	}
	for _, address := range l.world.Direct {
		names, err := net.Listen("tcp", address)
		if err != nil {
			return fmt.Errorf("listen for public names: %w", err)
		}
		l.names = append(l.names, names)
		go func() {
			if err := l.proxy.Direct(names); err != nil {
				l.log.Error("public names are not served any more", "error", err)
			}
		}()
	}
	return nil
}

// describe starts the subject if none runs and returns its description.
func (l *Lane) describe(ctx context.Context) (protocol.Description, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var setup Setup
	if l.subject != nil {
		setup = l.subject.setup
	}
	if trouble := l.ready(ctx, setup); trouble != nil {
		return protocol.Description{}, trouble
	}
	return l.subject.description, nil
}

// close ends the subject and the servers.
func (l *Lane) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.vault.Reset() // ends answers that are held back on purpose
	l.providers.Reset()
	l.stop()
	l.tap.Reset()
	l.tap.Close()
	l.elsewhere.Reset()
	l.elsewhere.Close()
	for _, s := range l.servers {
		s.close()
	}
	for _, n := range l.names {
		_ = n.Close() // ends its accept loop
	}
	l.proxy.Close()
	l.cloud.Close()
}
