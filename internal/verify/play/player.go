package play

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/agenta-ai/conform/fakes/egress"
	"github.com/agenta-ai/conform/internal/tempdir"
	"github.com/agenta-ai/conform/internal/verify/endpoint"
	"github.com/agenta-ai/conform/internal/verify/input"
)

// Pi is a Pi that can be started.
type Pi struct {
	Command  []string
	Version  string
	Settles  bool          // it says agent_settled when it has nothing more to do
	Patience time.Duration // how long one of its answers may take
}

// Table is where Pis are played: what all games share. Its methods are safe for
// concurrent use.
type Table struct {
	authority *egress.Authority
	claim     *os.File
	dir       string
	caFile    string
}

// TempPrefix begins the names of tables' folders.
const TempPrefix = "conform-verify-"

// NewTable makes a table in a folder of its own.
func NewTable() (*Table, error) {
	authority, err := egress.NewAuthority()
	if err != nil {
		return nil, fmt.Errorf("lay the table: %w", err)
	}
	tempdir.Sweep(TempPrefix)
	dir, err := newFolder(os.TempDir(), TempPrefix)
	if err != nil {
		return nil, fmt.Errorf("lay the table: %w", err)
	}
	claim, err := tempdir.Claim(dir)
	if err != nil {
		return nil, fmt.Errorf("lay the table: %w", err)
	}
	t := &Table{authority: authority, claim: claim, dir: dir, caFile: filepath.Join(dir, "ca.pem")}
	if err := os.WriteFile(t.caFile, authority.PEM(), 0o644); err != nil {
		return nil, fmt.Errorf("lay the table: %w", err)
	}
	return t, nil
}

// newFolder makes a folder with a name of its own. All such names are equally
// long, because the working directory is part of what Pi tells a model, and so of
// sizes and limits that it works out.
func newFolder(parent, prefix string) (string, error) {
	for {
		dir := filepath.Join(parent, fmt.Sprintf("%s%010d", prefix, rand.Uint32()))
		if err := os.Mkdir(dir, 0o700); !errors.Is(err, fs.ErrExist) {
			return dir, err
		}
	}
}

// Depth is how long the path of every home folder is that the table gives to a Pi.
func (t *Table) Depth() int { return len(t.dir) + len("/g0123456789/home") }

// Dir is the table's folder, which goes with it.
func (t *Table) Dir() string { return t.dir }

// Close removes everything.
func (t *Table) Close() error { return errors.Join(os.RemoveAll(t.dir), t.claim.Close()) }

// Play gives the input to the Pi. An error says that the table broke; what a Pi
// does not do is part of the observation.
func (t *Table) Play(ctx context.Context, pi Pi, in input.Input) (Observation, error) {
	g, err := t.open(pi, in)
	if err != nil {
		return Observation{}, fmt.Errorf("play Pi %s: %w", pi.Version, err)
	}
	defer g.close()
	if err := g.run(ctx); err != nil {
		return Observation{}, fmt.Errorf("play Pi %s: %w", pi.Version, err)
	}
	if ctx.Err() != nil {
		return Observation{}, fmt.Errorf("play Pi %s: %w", pi.Version, ctx.Err())
	}
	return g.observation()
}

// game is one input and one Pi.
type game struct {
	pi       Pi
	in       input.Input
	root     string
	home     string
	work     string
	base     string // address of the provider
	ca       string
	provider *endpoint.Endpoint
	proxy    *egress.Proxy
	servers  []*http.Server
	proxyURL string
	seen     Observation
}

func (t *Table) open(pi Pi, in input.Input) (*game, error) {
	root, err := newFolder(t.dir, "g")
	if err != nil {
		return nil, err
	}
	g := &game{pi: pi, in: in, root: root, home: filepath.Join(root, "home"), ca: t.caFile, provider: endpoint.New(), proxy: egress.New(t.authority, nil)}
	g.work = filepath.Join(g.home, "work")
	g.proxy.Route(g.route)
	if err := g.listen(); err != nil {
		g.close()
		return nil, err
	}
	if err := g.lay(); err != nil {
		g.close()
		return nil, err
	}
	return g, nil
}

// route lets every name through to the provider, which plays them all; what is an
// address of this machine is reached without a proxy.
func (g *game) route(hostport string) (http.Handler, string) {
	if _, port, err := net.SplitHostPort(hostport); err != nil || port != "443" {
		return nil, "not the port of https"
	}
	return g.provider, ""
}

func (g *game) listen() error {
	for _, at := range []struct {
		handler http.Handler
		url     *string
	}{{g.provider, &g.base}, {g.proxy, &g.proxyURL}} {
		l, err := quiet()
		if err != nil {
			return err
		}
		// HTTP/1 alone, as most gateways; and nothing on stderr when a client goes.
		s := &http.Server{Handler: at.handler, ReadHeaderTimeout: time.Minute, TLSNextProto: map[string]func(*http.Server, *tls.Conn, http.Handler){}}
		g.servers = append(g.servers, s)
		*at.url = "http://" + l.Addr().String()
		go func() { _ = s.Serve(l) }() // ends with close
	}
	return nil
}

// quiet listens on a port without digits that Pi would take for the status of an
// error, if it finds them in a text.
func quiet() (net.Listener, error) {
	for range 100 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		loud := false
		for _, status := range []string{"429", "500", "502", "503", "504", "520", "524"} {
			loud = loud || strings.Contains(l.Addr().String(), status)
		}
		if !loud {
			return l, nil
		}
		l.Close()
	}
	return nil, fmt.Errorf("no port without the digits of a status")
}

func (g *game) close() {
	g.provider.Close()
	for _, s := range g.servers {
		_ = s.Close() // nobody listens any more
	}
	g.proxy.Close()
	_ = os.RemoveAll(g.root) // the table's folder goes as a whole
}

// fill puts what exists now in the place of placeholders.
func (g *game) fill(text string) string {
	return strings.NewReplacer(input.Base, g.base, input.Home, g.home).Replace(text)
}

// blank is the other way round.
func (g *game) blank(text string) string {
	return strings.NewReplacer(
		g.base, input.Base, strings.TrimPrefix(g.base, "http://"), "{ADDRESS}",
		strings.ReplaceAll(strings.Trim(g.home, "/"), "/", "-"), "{HOME-}", g.home, input.Home,
	).Replace(text)
}

// lay writes the files.
func (g *game) lay() error {
	for _, dir := range []string{g.work, filepath.Join(g.root, "tmp"), filepath.Join(g.home, ".pi", "agent")} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	if err := os.Chmod(filepath.Join(g.home, ".pi", "agent"), 0o700); err != nil {
		return err
	}
	for _, f := range g.in.Files {
		path := filepath.Join(g.home, f.Path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(g.fill(f.Content())), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func (g *game) environ() []string {
	env := []string{
		"HOME=" + g.home, "PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8", "TMPDIR=" + filepath.Join(g.root, "tmp"), "PI_OFFLINE=1",
		"HTTPS_PROXY=" + g.proxyURL, "NODE_EXTRA_CA_CERTS=" + g.ca, "SSL_CERT_FILE=" + g.ca,
	}
	for _, v := range g.in.Env {
		env = append(env, g.fill(v))
	}
	return env
}

func (g *game) arguments() []string {
	args := g.pi.Command[1:len(g.pi.Command):len(g.pi.Command)]
	for _, a := range g.in.Args {
		for _, word := range a {
			args = append(args, g.fill(word))
		}
	}
	return args
}
