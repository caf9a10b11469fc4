package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// said is what every server answers to a prompt that ends in "bench": fourteen
// events of twenty characters.
var said = strings.Repeat("The quick brown fox ", 13) + "ends"

// server is a fake that is measured.
type server struct {
	name, what string
	command    func(listen, port string) []string
}

// choose lists the servers; aimock only where Node is.
func (b *bench) choose(ctx context.Context, folder string) ([]server, error) {
	rules := filepath.Join(b.dir, "rules.yaml")
	text := fmt.Sprintf("reply: %q\nrules:\n  - {when: {user: \"*hold*\"}, behaviour: {kind: stall, after: 2}}\n", said)
	if err := os.WriteFile(rules, []byte(text), 0o600); err != nil {
		return nil, err
	}
	flushed := filepath.Join(b.dir, "flushed.yaml")
	if err := os.WriteFile(flushed, []byte(text+"pace: {flush: true}\n"), 0o600); err != nil {
		return nil, err
	}
	conform := func(rules string) func(listen, _ string) []string {
		return func(listen, _ string) []string {
			return []string{filepath.Join(b.dir, "conform"), "serve", "providers", "--listen", listen, "--rules", rules, "--keep", "1000"}
		}
	}
	floor := func(flags ...string) func(listen, _ string) []string {
		return func(listen, _ string) []string {
			return append([]string{filepath.Join(b.dir, "floor"), "-listen", listen, "-text", said}, flags...)
		}
	}
	servers := []server{
		{"ours", "conform serve providers, as it is: events that are ready together are sent together", conform(rules)},
		{"ours/each", "the same with pace {flush: true}: each event is sent by itself", conform(flushed)},
		{"floor", "bare net/http that sends the events together", floor("-together")},
		{"floor/each", "bare net/http that sends each event by itself", floor()},
	}
	aimock, err := b.aimock(ctx, folder)
	if err != nil {
		fmt.Fprintln(b.out, "aimock is left out:", err)
		return servers, nil
	}
	return append(servers, *aimock), nil
}

// aimock installs the version that package.json pins into the user's cache.
func (b *bench) aimock(ctx context.Context, folder string) (*server, error) {
	node, err := exec.LookPath("node")
	if err != nil {
		return nil, errors.New("node is not on this machine")
	}
	manifest, err := os.ReadFile(filepath.Join(folder, "package.json"))
	if err != nil {
		return nil, err
	}
	lock, err := os.ReadFile(filepath.Join(folder, "package-lock.json"))
	if err != nil {
		return nil, err
	}
	caches, err := os.UserCacheDir()
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(append(manifest, lock...))
	home := filepath.Join(caches, "conform", "bench-fakes", hex.EncodeToString(sum[:6]))
	pkg := filepath.Join(home, "node_modules", "@copilotkit", "aimock")
	if _, err := os.Stat(filepath.Join(pkg, "package.json")); err != nil {
		if err := os.MkdirAll(home, 0o755); err != nil {
			return nil, err
		}
		for name, text := range map[string][]byte{"package.json": manifest, "package-lock.json": lock} {
			if err := os.WriteFile(filepath.Join(home, name), text, 0o644); err != nil {
				return nil, err
			}
		}
		cmd := exec.CommandContext(ctx, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
		cmd.Dir = home
		if text, err := cmd.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("npm ci: %w: %s", err, text)
		}
	}
	var installed struct{ Version string }
	text, err := os.ReadFile(filepath.Join(pkg, "package.json"))
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, &installed); err != nil {
		return nil, err
	}
	fixtures := filepath.Join(b.dir, "fixtures.json")
	text, err = json.Marshal(map[string]any{"fixtures": []any{
		map[string]any{"match": map[string]any{"userMessage": "hold"}, "response": map[string]any{"content": said}, "latency": 20000},
		map[string]any{"match": map[string]any{"userMessage": "bench"}, "response": map[string]any{"content": said}},
	}})
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(fixtures, text, 0o600); err != nil {
		return nil, err
	}
	version, _ := exec.CommandContext(ctx, node, "--version").Output()
	return &server{"aimock", "@copilotkit/aimock " + installed.Version + " on Node " + strings.TrimSpace(string(version)), func(_, port string) []string {
		return []string{node, filepath.Join(pkg, "dist", "cli.js"), "-p", port, "-f", fixtures, "--log-level", "silent"}
	}}, nil
}

// process is a server that runs.
type process struct {
	server
	cmd *exec.Cmd
	url string
}

// start starts a server and waits until it listens.
func (s server) start(ctx context.Context) (*process, error) {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	listen := free.Addr().String()
	free.Close()
	_, port, err := net.SplitHostPort(listen)
	if err != nil {
		return nil, err
	}
	words := s.command(listen, port)
	p := &process{server: s, cmd: exec.CommandContext(ctx, words[0], words[1:]...), url: "http://" + listen}
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", s.name, err)
	}
	for began := time.Now(); time.Since(began) < 30*time.Second && ctx.Err() == nil; time.Sleep(20 * time.Millisecond) {
		if conn, err := net.Dial("tcp", listen); err == nil {
			conn.Close()
			return p, nil
		}
	}
	p.stop()
	return nil, fmt.Errorf("%s does not listen", s.name)
}

func (p *process) stop() {
	_ = p.cmd.Process.Signal(syscall.SIGKILL) // it has nothing to lose
	_ = p.cmd.Wait()
}

// cpu is the processor time that the process has taken.
func (p *process) cpu() (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	// The name, in brackets, may hold spaces; user and system time are the 12th
	// and 13th field after it, in hundredths of a second.
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	var ticks int
	for _, f := range fields[11:13] {
		n, err := strconv.Atoi(f)
		if err != nil {
			return 0, err
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond, nil
}

// rss is the memory of the process, in bytes.
func (p *process) rss() (int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", p.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(text))
	pages, err := strconv.ParseInt(fields[1], 10, 64)
	return pages * int64(os.Getpagesize()), err
}
