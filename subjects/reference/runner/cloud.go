package runner

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/agenta-ai/conform/subjects/reference/envvars"
	"github.com/agenta-ai/conform/subjects/reference/runner/agentdir"
	"github.com/agenta-ai/conform/subjects/reference/runner/daytona"
	"github.com/agenta-ai/conform/subjects/reference/runner/environ"
	"github.com/agenta-ai/conform/subjects/reference/runner/pirpc"
)

const (
	// sandboxPi is Pi as the sandbox's image has it.
	sandboxPi = "pi"
	// sandboxWork is the folder in which a run works.
	sandboxWork = "/home/sandbox/agenta-work"
	// leaveLimit is how long taking a sandbox away may take.
	leaveLimit = time.Minute
	// idleLimit is after how many minutes the cloud stops a sandbox that a dead
	// runner left behind; it then deletes it.
	idleLimit = 15
)

// cloud runs Pi in a sandbox of its own.
type cloud struct {
	*Runner
	client  *daytona.Client
	sandbox *daytona.Sandbox
	secrets []*daytona.Secret
}

// open does what the local path does, in a sandbox: the same files with the
// same bytes, complete before Pi starts, and the same variables.
func (c *cloud) open(ctx context.Context, p plan) (*pirpc.Client, func(), error) {
	leave := func() { c.leave(context.WithoutCancel(ctx)) }
	dir := c.Daytona.PiDir
	if dir == "" {
		dir = DefaultSandboxPiDir
	}
	files, err := c.files(p, dir)
	if err != nil {
		return nil, leave, err
	}
	spec, err := c.spec(ctx, p, dir)
	if err != nil {
		return nil, leave, err
	}
	if c.sandbox, err = c.client.Create(ctx, spec); err != nil {
		return nil, leave, err
	}
	if err := c.fill(ctx, dir, files); err != nil {
		return nil, leave, err
	}
	pi, err := c.start(ctx, p)
	return pi, leave, err
}

// files are all files of the run by their paths in the sandbox.
func (c *cloud) files(p plan, dir string) ([]daytona.File, error) {
	var own []agentdir.File
	var err error
	if p.private() {
		spec := c.folder(p)
		spec.Login = false // the operator's login stays on the operator's machine
		own, err = agentdir.Files(spec)
	} else {
		own, err = login(c.Operator)
	}
	if err != nil {
		return nil, err
	}
	var all []daytona.File
	for _, f := range own {
		all = append(all, daytona.File{Path: path.Join(dir, f.Name), Content: f.Content})
	}
	for _, f := range p.workFiles() {
		all = append(all, daytona.File{Path: path.Join(sandboxWork, f.Name), Content: f.Content})
	}
	return all, nil
}

// login is the operator's own login and settings, for a run that uses them.
func login(operator string) ([]agentdir.File, error) {
	var files []agentdir.File
	for _, name := range []string{"auth.json", "settings.json"} {
		text, err := os.ReadFile(filepath.Join(operator, name))
		switch {
		case errors.Is(err, os.ErrNotExist):
		case err != nil:
			return nil, fmt.Errorf("read the operator's login: %w", err)
		default:
			files = append(files, agentdir.File{Name: name, Content: text})
		}
	}
	return files, nil
}

// spec describes the sandbox. Keys that can be bound to their host stay out of
// it: it gets placeholders.
func (c *cloud) spec(ctx context.Context, p plan, dir string) (daytona.Spec, error) {
	own := p.environ(dir)
	own.Secrets = map[string]string{}
	spec := daytona.Spec{
		Snapshot: c.Daytona.Snapshot, AutoStop: idleLimit, Secrets: map[string]string{},
		Labels: map[string]string{"agenta.session": p.SessionID},
	}
	host := c.bindable(p)
	for name, value := range p.Secrets {
		if host == "" || !envvars.Credential(name) {
			own.Secrets[name] = value
			continue
		}
		secret, err := c.client.CreateSecret(ctx, "agenta_"+strings.ToLower(rand.Text()), value, host)
		if err != nil {
			return spec, err
		}
		c.secrets = append(c.secrets, secret)
		spec.Secrets[name] = secret.Name
	}
	spec.Env = environ.Remote(c.Environ, own)
	return spec, nil
}

// bindable is the host that the run's key is for, if the cloud can bind a
// secret to it: a public name by TLS on its usual port. Else the key goes into
// the sandbox's environment as it is, so that any address works.
func (c *cloud) bindable(p plan) string {
	if c.Daytona.PlainSecrets {
		return ""
	}
	address := p.baseURL
	if address == "" {
		address = c.builtIn.Address(p.provider)
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.Port() != "" && u.Port() != "443" {
		return ""
	}
	host := u.Hostname()
	if net.ParseIP(host) != nil || !strings.Contains(host, ".") {
		return ""
	}
	return strings.ToLower(host)
}

// fill puts the run's files into the sandbox, and nothing else stays in its
// agent folder: an image or an earlier run may have left something there.
func (c *cloud) fill(ctx context.Context, dir string, files []daytona.File) error {
	for _, folder := range []string{dir, sandboxWork} {
		if err := c.sandbox.RemoveAll(ctx, folder); err != nil {
			return err
		}
	}
	folders := []string{dir, sandboxWork}
	for _, f := range files {
		for at := path.Dir(f.Path); !slices.Contains(folders, at); at = path.Dir(at) {
			folders = append(folders, at)
		}
	}
	slices.Sort(folders) // those above come first
	for _, folder := range folders {
		if err := c.sandbox.MkdirAll(ctx, folder); err != nil {
			return err
		}
	}
	return c.sandbox.Upload(ctx, files)
}

// start starts Pi and speaks to it over the session's streams.
func (c *cloud) start(ctx context.Context, p plan) (*pirpc.Client, error) {
	words := []string{"cd", quote(sandboxWork), "&&", "exec", sandboxPi}
	for _, a := range pirpc.Args(p.arguments(sandboxWork)...) {
		words = append(words, quote(a))
	}
	last := &pirpc.Tail{}
	command, err := c.sandbox.Start(ctx, strings.Join(words, " "), last)
	if err != nil {
		return nil, err
	}
	return pirpc.Attach(ctx, pirpc.Process{
		Stdin: command, Stdout: command.Stdout(), Stderr: last.String,
		Kill: func() {
			command.Close()
			command.Abandon()
		},
		Wait: func() error { return nil }, // its output has ended, and nothing outlives the sandbox
	}), nil
}

// quote writes a word for the shell.
func quote(word string) string { return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'" }

// leave deletes the sandbox and the run's secrets, whatever happened before.
func (c *cloud) leave(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, leaveLimit)
	defer cancel()
	if c.sandbox != nil {
		c.discard("sandbox "+c.sandbox.ID(), func() error { return c.sandbox.Delete(ctx) })
	}
	for _, s := range c.secrets {
		c.discard("secret of a sandbox", func() error { return s.Delete(ctx) })
	}
}
