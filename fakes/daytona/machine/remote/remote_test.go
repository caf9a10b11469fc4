package remote

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/agenta-ai/conform/fakes/daytona/machine"
	"github.com/agenta-ai/conform/fakes/daytona/machine/process"
)

// linked is a machine behind a link, and the end of its own side.
func linked(t *testing.T) (*Machine, *Link, <-chan error) {
	t.Helper()
	near, far := net.Pipe()
	h := &Host{
		Make: func(ctx context.Context, spec machine.Spec, more json.RawMessage) (machine.Machine, error) {
			if string(more) != `"more"` {
				return nil, fmt.Errorf("more is %s", more)
			}
			return process.Maker{Dir: t.TempDir()}.Make(ctx, spec)
		},
		Call: func(_ context.Context, name string, more json.RawMessage) (any, error) {
			if name != "echo" {
				return nil, errors.New("no such call")
			}
			return more, nil
		},
	}
	served := make(chan error, 1)
	go func() { served <- h.Serve(context.Background(), far) }()
	l, err := Connect(near)
	if err != nil {
		t.Fatal(err)
	}
	m, err := l.Make(t.Context(), "pipe 1", machine.Spec{ID: "one", Proxied: true, Env: map[string]string{"AT": "x"}}, "more")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		l.Close()
		h.machine.Remove()
	})
	return m, l, served
}

// run runs a command to its end.
func run(t *testing.T, m machine.Machine, line string) (out string, code int) {
	t.Helper()
	var said strings.Builder
	p, err := m.Start(machine.Command{Line: line, Stdout: &said, Stderr: &said})
	if err != nil {
		t.Fatal(err)
	}
	p.Input().Close()
	code = p.Wait()
	return said.String(), code
}

func TestFiles(t *testing.T) {
	t.Parallel()
	m, _, _ := linked(t)
	large := strings.Repeat("0123456789abcdef", 1<<16) // a megabyte, more than any window
	if err := m.Write("/opt/a/b", strings.NewReader(large)); err != nil {
		t.Fatal(err)
	}
	f, err := m.Open("/opt/a/b")
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(f); err != nil || string(text) != large {
		t.Errorf("%d bytes, %v", len(text), err)
	}
	if err := errors.Join(f.Close(), m.Mkdir("/opt/a", 0o700), m.Chmod("/opt/a/b", 0o600), m.Move("/opt/a/b", "/opt/a/c")); err != nil {
		t.Error(err)
	}
	if i, err := m.Stat("/opt/a"); err != nil || !i.IsDir() || i.Mode().Perm() != 0o700 {
		t.Errorf("%v, %v", i, err)
	}
	if all, err := m.List("/opt/a"); err != nil || len(all) != 1 || all[0].Name() != "c" || all[0].Size() != 1<<20 || all[0].Mode().Perm() != 0o600 || all[0].ModTime().IsZero() {
		t.Errorf("%v, %v", all, err)
	}
	if err := m.Delete("/opt", false); err == nil {
		t.Error("a full folder was deleted")
	}
	if err := m.Delete("/opt", true); err != nil {
		t.Error(err)
	}
	for what, err := range map[string]error{"open": second(m.Open("/opt/a/c")), "stat": second(m.Stat("/opt")), "delete": m.Delete("/opt", true)} {
		if !errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestCommands(t *testing.T) {
	t.Parallel()
	m, _, _ := linked(t)
	if out, code := run(t, m, "echo $AT; echo bad >&2; exit 3"); code != 3 || !strings.Contains(out, "x\n") || !strings.Contains(out, "bad\n") {
		t.Errorf("%d: %q", code, out)
	}
	var out strings.Builder
	p, err := m.Start(machine.Command{Line: "read a; echo got $a", Stdout: &out})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(p.Input(), "it\n"); err != nil {
		t.Error(err)
	}
	if code := p.Wait(); code != 0 || out.String() != "got it\n" {
		t.Errorf("%d: %q", code, out.String())
	}
	if _, err := io.WriteString(p.Input(), "more\n"); err == nil {
		t.Error("a command that has ended took input")
	}
	for name, end := range map[string]func(machine.Process){
		"kill": machine.Process.Kill,
		"stop": func(p machine.Process) { p.Stop(t.Context()) },
	} {
		p, err := m.Start(machine.Command{Line: "sleep 300"})
		if err != nil {
			t.Fatal(err)
		}
		end(p)
		if code := p.Wait(); code <= 128 {
			t.Errorf("%s: exit code %d", name, code)
		}
	}
	if err := m.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Start(machine.Command{Line: "true"}); err == nil {
		t.Error("a stopped machine started something")
	}
	if err := m.Restart(); err != nil {
		t.Error(err)
	}
	if out, _ := run(t, m, "echo again"); out != "again\n" {
		t.Errorf("%q", out)
	}
}

func TestConnections(t *testing.T) {
	t.Parallel()
	m, _, _ := linked(t)
	inside, err := net.Listen("tcp", "127.0.0.1:0") // the machine's ports are this computer's
	if err != nil {
		t.Fatal(err)
	}
	defer inside.Close()
	go echo(inside)
	conn, err := m.Dial(t.Context(), inside.Addr().(*net.TCPAddr).Port)
	if err != nil {
		t.Fatal(err)
	}
	said(t, conn)
	if _, err := m.Dial(t.Context(), 1); err == nil {
		t.Error("a closed port was reached")
	}
	// The other way: what the machine sends to its proxy arrives here.
	out := m.Outgoing()
	go echo(out)
	proxy, _ := run(t, m, "echo $HTTP_PROXY")
	leaving, err := net.Dial("tcp", strings.TrimPrefix(strings.TrimSpace(proxy), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	said(t, leaving)
	out.Close()
	if _, err := out.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("accept after close: %v", err)
	}
	if _, err := m.Stat("/"); err != nil {
		t.Errorf("the link ended with what leaves it: %v", err)
	}
}

func echo(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			io.Copy(c, c)
			c.Close()
		}()
	}
}

// said says something and wants it back.
func said(t *testing.T, c net.Conn) {
	t.Helper()
	defer c.Close()
	c.SetDeadline(time.Now().Add(time.Minute))
	back := make([]byte, 5)
	if _, err := io.WriteString(c, "hello"); err != nil {
		t.Error(err)
	}
	if _, err := io.ReadFull(c, back); err != nil || string(back) != "hello" {
		t.Errorf("%q, %v", back, err)
	}
}

func TestCalls(t *testing.T) {
	t.Parallel()
	m, l, _ := linked(t)
	var back string
	if err := l.Call(t.Context(), "echo", "what", &back); err != nil || back != "what" {
		t.Errorf("%q, %v", back, err)
	}
	if err := l.Call(t.Context(), "other", nil, nil); err == nil || err.Error() != "no such call" {
		t.Error(err)
	}
	if _, err := l.Make(t.Context(), "", machine.Spec{}, "more"); err == nil || !strings.Contains(err.Error(), "made already") {
		t.Errorf("a second machine: %v", err)
	}
	if m.Name() != "pipe 1" || m.Home() != "/home/sandbox" || m.Inside("/x") != "/x" {
		t.Errorf("%s %s %s", m.Name(), m.Home(), m.Inside("/x"))
	}
}

func TestAMachineThatIsGone(t *testing.T) {
	t.Parallel()
	m, l, served := linked(t)
	p, err := m.Start(machine.Command{Line: "sleep 300"})
	if err != nil {
		t.Fatal(err)
	}
	if m.Err() != nil {
		t.Error(m.Err())
	}
	l.Close()
	if code := p.Wait(); code != killed {
		t.Errorf("exit code %d", code)
	}
	if err := <-served; err != nil {
		t.Error(err)
	}
	for what, err := range map[string]error{
		"err": m.Err(), "start": second(m.Start(machine.Command{Line: "true"})), "write": m.Write("x", strings.NewReader("")),
		"open": second(m.Open("x")), "dial": second(m.Dial(t.Context(), 1)), "stop": m.Stop(t.Context()), "list": second(m.List("/")),
	} {
		if !errors.Is(err, ErrGone) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestNobodyWaitsLongerThanHeWants(t *testing.T) {
	t.Parallel()
	near, far := net.Pipe()
	held := make(chan struct{})
	h := &Host{Call: func(context.Context, string, json.RawMessage) (any, error) { <-held; return nil, nil }}
	go h.Serve(context.Background(), far)
	l, err := Connect(near)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	defer close(held)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if err := l.Call(ctx, "any", nil, nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}
