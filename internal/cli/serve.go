package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/agenta-ai/conform/fakes/providers"
	"github.com/agenta-ai/conform/internal/tempdir"
	"github.com/agenta-ai/conform/verdict"
)

// serveCommand runs a fake on its own.
type serveCommand struct {
	Providers serveProviders `cmd:"" help:"Play the model providers (docs/fakes/providers.md)."`
}

// serveProviders plays the model providers until it is interrupted.
type serveProviders struct {
	Listen  string        `default:"127.0.0.1:8080" placeholder:"ADDR" help:"Address of plain HTTP, \"\" for none (default ${default})."`
	TLS     string        `placeholder:"ADDR" help:"Address of HTTPS and HTTP/2, with a certificate for whatever host is asked for (default none)."`
	CAFile  string        `placeholder:"FILE" help:"Where to write the certificate of the authority that clients have to trust."`
	Rules   string        `placeholder:"FILE" help:"Rules, in YAML or JSON; read again whenever the file changes (default: any key, models echo)."`
	Keep    int           `default:"10000" placeholder:"N" help:"Calls to keep in the journal, at least (default ${default})."`
	Bodies  string        `placeholder:"DIR" help:"Folder for request bodies over 1 MiB (default: a temporary one)."`
	Clock   string        `placeholder:"TIME" help:"Date all answers with this time, such as 2026-01-02T15:04:05Z, so that they can be repeated byte for byte."`
	Refresh time.Duration `default:"500ms" placeholder:"TIME" help:"How often to look whether the rules have changed (default ${default})."`
	Verbose bool          `short:"v" help:"Log what the HTTP server complains about."`
}

// bodiesPrefix begins the names of its temporary folders.
const bodiesPrefix = "conform-bodies-"

// spillLimit is the size, in bytes, from which a request body is kept on disk.
const spillLimit = 1 << 20

func (s *serveProviders) run(ctx context.Context, con *console) (int, error) {
	if err := s.check(); err != nil {
		return 0, err
	}
	rules, config, err := s.read()
	if err != nil {
		return 0, usageError{err}
	}
	if s.Bodies == "" {
		tempdir.Sweep(bodiesPrefix)
		// An image from scratch has no temporary folder; then memory has to do.
		dir, remove, err := tempdir.New(bodiesPrefix)
		if err != nil {
			fmt.Fprintf(con.err, "conform: large request bodies are kept in memory: %s\n", oneLine(err.Error()))
		} else {
			s.Bodies = dir
			defer func() { _ = remove() }() // what stays is swept by the next one
		}
	}
	endpoint, err := providers.Start(providers.Listen{Addr: s.Listen, TLSAddr: s.TLS, Log: s.log(con.err)}, s.options()...)
	if err != nil {
		return 0, fmt.Errorf("serve providers: %w", err)
	}
	defer endpoint.Close()
	if rules != "" {
		endpoint.Load(config)
		endpoint.SetSource(rules)
	}
	if s.CAFile != "" {
		if err := os.WriteFile(s.CAFile, endpoint.CA(), 0o644); err != nil {
			return 0, usagef("--ca-file: %w", err)
		}
	}
	s.greet(con.out, endpoint, config)
	s.watch(ctx, con, endpoint)
	fmt.Fprintln(con.out, "stopped")
	return verdict.ExitOK, nil
}

func (s *serveProviders) check() error {
	switch {
	case s.Listen == "" && s.TLS == "":
		return usagef("--listen and --tls are both empty: there is no address to listen at")
	case s.Keep <= 0:
		return usagef("--keep: %d is less than one", s.Keep)
	case s.Refresh <= 0:
		return usagef("--refresh: %s is no time", s.Refresh)
	case s.CAFile != "" && s.TLS == "":
		return usagef("--ca-file: without --tls there is no authority")
	}
	if s.Clock != "" {
		if _, err := time.Parse(time.RFC3339, s.Clock); err != nil {
			return usagef("--clock: %q is no time; want one such as 2026-01-02T15:04:05Z", s.Clock)
		}
	}
	if s.Bodies != "" {
		if info, err := os.Stat(s.Bodies); err != nil {
			return usagef("--bodies: %w", err)
		} else if !info.IsDir() {
			return usagef("--bodies: %s is no folder", s.Bodies)
		}
	}
	return nil
}

func (s *serveProviders) options() []providers.Option {
	options := []providers.Option{providers.WithJournalOf(s.Keep)}
	if s.Bodies != "" {
		options = append(options, providers.WithBodiesIn(s.Bodies, spillLimit))
	}
	if s.Clock != "" {
		fixed, _ := time.Parse(time.RFC3339, s.Clock) // check has seen it
		options = append(options, providers.WithClock(func() time.Time { return fixed }))
	}
	return options
}

// read reads the rules, "" if there are none to read.
func (s *serveProviders) read() (string, providers.Config, error) {
	if s.Rules == "" {
		return "", providers.Config{}, nil
	}
	text, err := os.ReadFile(s.Rules)
	if err != nil {
		return "", providers.Config{}, fmt.Errorf("--rules: %w", err)
	}
	config, err := providers.ReadConfig(s.Rules, text)
	return string(text), config, err
}

func (s *serveProviders) log(w io.Writer) *slog.Logger {
	if !s.Verbose {
		return slog.New(slog.DiscardHandler)
	}
	return slog.New(slog.NewTextHandler(w, nil))
}

// greet says what is served where.
func (s *serveProviders) greet(w io.Writer, e *providers.Endpoint, config providers.Config) {
	at := e.URL
	if at == "" {
		at = e.TLSURL
	}
	if e.URL != "" {
		fmt.Fprintf(w, "http    %s\n", e.URL)
	}
	if e.TLSURL != "" {
		fmt.Fprintf(w, "https   %s (HTTP/2, any host)\n", e.TLSURL)
	}
	if s.CAFile != "" {
		fmt.Fprintf(w, "trust   %s\n", s.CAFile)
	}
	if s.Rules == "" {
		fmt.Fprintln(w, "rules   none: any key is good, and models repeat what the user says")
	} else {
		fmt.Fprintf(w, "rules   %s: %s\n", s.Rules, config)
	}
	fmt.Fprintf(w, "admin   %s%s\n", at, providers.AdminPath)
	fmt.Fprintf(w, "bases   OpenRouter %s/api/v1, OpenAI %s/v1, Anthropic %s, Google %s/v1beta,\n", at, at, at, at)
	fmt.Fprintf(w, "        Mistral %s/mistral, Groq %s/groq/openai/v1, Together %s/together/v1, MiniMax %s/minimax/anthropic\n", at, at, at, at)
	fmt.Fprintln(w, "ready")
}

// watch reads the rules again whenever their file changes, until ctx ends. Rules
// that are wrong are told of and change nothing.
func (s *serveProviders) watch(ctx context.Context, con *console, e *providers.Endpoint) {
	if s.Rules == "" {
		<-ctx.Done()
		return
	}
	tick := time.NewTicker(s.Refresh)
	defer tick.Stop()
	seen, complaint := e.Source(), ""
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		text, config, err := s.read()
		switch {
		case errors.Is(err, os.ErrNotExist):
			// Editors replace a file by removing it first.
		case err != nil:
			if complaint != err.Error() {
				complaint = err.Error()
				fmt.Fprintf(con.err, "conform: %s; the rules before stay\n", oneLine(complaint))
			}
		case text != seen:
			e.Load(config)
			e.SetSource(text)
			fmt.Fprintf(con.out, "rules   %s: %s\n", s.Rules, config)
			fallthrough
		default:
			seen, complaint = text, ""
		}
	}
}
