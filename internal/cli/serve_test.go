package cli_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/agenta-ai/conform/internal/cli"
)

// served is a running "conform serve providers".
type served struct {
	t     *testing.T
	lines *bufio.Scanner
	errs  *bufio.Scanner
	url   string
	stop  func() int
}

func serve(t *testing.T, flags ...string) *served {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out, outEnd := io.Pipe()
	errs, errsEnd := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		code := cli.Main(ctx, append([]string{"serve", "providers", "--listen", "127.0.0.1:0", "--refresh", "5ms"}, flags...), nil, outEnd, errsEnd)
		outEnd.Close()
		errsEnd.Close()
		ended <- code
	}()
	s := &served{t: t, lines: bufio.NewScanner(out), errs: bufio.NewScanner(errs)}
	s.stop = func() int {
		cancel()
		go io.Copy(io.Discard, out)  // whatever it still says
		go io.Copy(io.Discard, errs) //
		return <-ended
	}
	s.until("ready")
	return s
}

// until reads lines to one that begins with a text, and remembers the address.
func (s *served) until(prefix string) string {
	s.t.Helper()
	for s.lines.Scan() {
		line := s.lines.Text()
		if rest, ok := strings.CutPrefix(line, "http    "); ok {
			s.url = rest
		}
		if strings.HasPrefix(line, prefix) {
			return line
		}
	}
	s.t.Fatalf("it ended without saying %q", prefix)
	return ""
}

// says is what a model answers.
func (s *served) says() string {
	s.t.Helper()
	body := strings.NewReader(`{"model":"openai/gpt-4o","messages":[{"role":"user","content":"hello"}]}`)
	req, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, s.url+"/api/v1/chat/completions", body)
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer k")
	req.Close = true
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), `"content":"`)
	said, _, _ := strings.Cut(rest, `"`)
	return said
}

func TestServeProviders(t *testing.T) {
	s := serve(t)
	if got := s.says(); got != "hello" {
		t.Errorf("without rules: %q", got)
	}
	if code := s.stop(); code != 0 {
		t.Errorf("exit %d", code)
	}
}

func TestServeProvidersReadsItsRulesAgain(t *testing.T) {
	rules := filepath.Join(t.TempDir(), "rules.yaml")
	write := func(text string) { // in one step: half a file would be read, too
		t.Helper()
		if err := errors.Join(os.WriteFile(rules+".new", []byte(text), 0o600), os.Rename(rules+".new", rules)); err != nil {
			t.Fatal(err)
		}
	}
	write("reply: one\n")
	s := serve(t, "--rules", rules)
	if got := s.says(); got != "one" {
		t.Errorf("at first: %q", got)
	}
	write("rules:\n  - say: {txt: x}\n")
	if !s.errs.Scan() || s.errs.Text() != "conform: "+rules+`:2:11: unknown key "txt"; allowed are echo, finish, provider, reasoning, text, tools, usage; the rules before stay` {
		t.Errorf("told of bad rules: %q", s.errs.Text())
	}
	if got := s.says(); got != "one" {
		t.Errorf("with bad rules: %q", got)
	}
	write("reply: two\nrules: [{when: {model: x}, say: y}]\n")
	if line := s.until("rules"); line != "rules   "+rules+": 1 rule" {
		t.Errorf("told of new rules: %q", line)
	}
	if got := s.says(); got != "two" {
		t.Errorf("with new rules: %q", got)
	}
	if code := s.stop(); code != 0 {
		t.Errorf("exit %d", code)
	}
}

func TestServeProvidersRepeatsItselfByteForByte(t *testing.T) {
	answer := func() string {
		s := serve(t, "--clock", "2026-01-02T15:04:05Z")
		defer s.stop()
		return s.says()
	}
	if one, two := answer(), answer(); one != two {
		t.Errorf("%q and %q", one, two)
	}
}

func TestServeProvidersWithTLS(t *testing.T) {
	ca := filepath.Join(t.TempDir(), "ca.pem")
	s := serve(t, "--tls", "127.0.0.1:0", "--ca-file", ca)
	defer s.stop()
	text, err := os.ReadFile(ca)
	if err != nil || !strings.HasPrefix(string(text), "-----BEGIN CERTIFICATE-----") {
		t.Errorf("%v %.40s", err, text)
	}
}

// A port that is taken is the machine's trouble, not a wrong flag.
func TestServeProvidersOnAPortThatIsTaken(t *testing.T) {
	s := serve(t)
	defer s.stop()
	var errs strings.Builder
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	code := cli.Main(ctx, []string{"serve", "providers", "--listen", strings.TrimPrefix(s.url, "http://")}, nil, io.Discard, &errs)
	if code != 3 || !strings.Contains(errs.String(), "address already in use") {
		t.Errorf("exit %d: %s", code, errs.String())
	}
}
