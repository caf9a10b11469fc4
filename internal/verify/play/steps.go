package play

import (
	"context"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/agenta-ai/conform/internal/verify/input"
)

// startLimit is how long a Pi may take to start and end, beside what it is asked.
const startLimit = 2 * time.Minute

func (g *game) run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	p, err := g.start(ctx)
	if err != nil {
		return err
	}
	defer p.kill()
	if !g.in.RPC() {
		_ = p.stdin.Close() // nothing is asked of it
		g.finish(ctx, p, 0)
		return nil
	}
	at := 0
	for i, s := range g.in.Steps {
		from := at
		var silence string
		at, silence = g.step(ctx, p, i, s, at)
		g.seen.Steps = append(g.seen.Steps, Seen{Lines: g.blanked(p.said(from, at)), Silence: silence})
		if silence != "" {
			break // what comes after would be compared with something else
		}
	}
	g.finish(ctx, p, at)
	return nil
}

// finish closes stdin if need be and waits for the end.
func (g *game) finish(ctx context.Context, p *process, at int) {
	_ = p.stdin.Close() // it may be closed already
	if !p.over(ctx, startLimit) {
		p.kill()
	}
	if !g.in.RPC() {
		p.mu.Lock()
		text := string(p.rest)
		p.mu.Unlock()
		g.seen.Stdout = g.blank(strings.Join(append(p.said(0, p.count()), text), "\n"))
	} else if rest := p.said(at, p.count()); len(rest) > 0 {
		last := &g.seen.Steps[len(g.seen.Steps)-1]
		last.Lines = append(last.Lines, g.blanked(rest)...)
	}
	g.seen.Stderr, g.seen.Exit = g.blank(p.stderr.String()), p.exit()
}

func (g *game) blanked(lines []string) []string {
	for i := range lines {
		lines[i] = g.blank(lines[i])
	}
	return lines
}

func response(l line) bool { return l.Type == "response" }

// step does one step and returns the index behind its last line.
func (g *game) step(ctx context.Context, p *process, number int, s input.Step, at int) (next int, silence string) {
	limit := g.pi.Patience
	if number == 0 {
		limit += startLimit
	}
	g.provider.Begin(number, s.Replies, len(s.During) > 0 && s.Replies[0].Fault != input.Stall)
	switch s.Kind {
	case input.End:
		return g.end(ctx, p, s.Line, at)
	case input.Last:
		p.send(g.fill(s.Line))
		_ = p.stdin.Close() // that is the point of it
		if !p.over(ctx, startLimit) {
			return p.count(), "the end after the last line"
		}
		return p.count(), ""
	case input.Silent:
		p.send(g.fill(s.Line) + "\n")
		return at, ""
	}
	p.send(g.fill(s.Line) + "\n")
	var answer line
	next, found := p.await(ctx, at, limit, func(l line) bool { answer = l; return response(l) })
	if !found {
		return p.count(), "a response"
	}
	if s.Kind == input.Call || !answer.Success {
		return next, ""
	}
	return g.follow(ctx, p, s, next)
}

func (g *game) end(ctx context.Context, p *process, how string, at int) (next int, silence string) {
	switch how {
	case input.EOF:
		_ = p.stdin.Close() // it may have ended
	case input.SIGTERM:
		p.signal(syscall.SIGTERM)
	case input.SIGHUP:
		p.signal(syscall.SIGHUP)
	default:
		p.send(g.fill(how) + "\n")
	}
	if !p.over(ctx, startLimit) {
		return p.count(), "the end"
	}
	return p.count(), ""
}

// follow waits for the end of a run, and does what is to be done meanwhile. The
// prompt has been accepted.
func (g *game) follow(ctx context.Context, p *process, s input.Step, at int) (next int, silence string) {
	limit := g.pi.Patience
	if len(s.During) > 0 {
		ok, over := g.underWay(ctx, p, s, at)
		if !ok {
			return p.count(), "a request"
		}
		if over {
			return g.afterwards(ctx, p, s, at)
		}
		abort, answered := false, at
		for _, d := range s.During {
			switch d {
			case input.EOF, input.SIGTERM:
				return g.end(ctx, p, string(d), at)
			}
			p.send(string(d) + "\n")
			if strings.Contains(string(d), `"type":"abort"`) {
				abort = true // it is answered when the run has ended
				continue
			}
			// Answers in the middle of a run stand among its events.
			id := idOf(string(d))
			var found bool
			if answered, found = p.await(ctx, answered, limit, func(l line) bool { return response(l) && (len(l.ID) == 0 || string(l.ID) == id) }); !found {
				return p.count(), "a response in the middle of the run"
			}
		}
		if !abort {
			g.provider.Release()
		}
		if abort {
			if _, found := p.await(ctx, at, limit, func(l line) bool { return response(l) && strings.Contains(l.text, `"command":"abort"`) }); !found {
				return p.count(), "the answer to abort"
			}
			g.provider.Release() // for messages that were queued behind it
		}
	}
	return g.settled(ctx, p, at, false)
}

// afterwards does what was to be done during a run that ended without a question to
// the provider: one thing after another, each when the one before has ended, since
// it would be chance what of a run it meets.
func (g *game) afterwards(ctx context.Context, p *process, s input.Step, at int) (next int, silence string) {
	if next, silence = g.settled(ctx, p, at, false); silence != "" {
		return next, silence
	}
	g.provider.Release()
	for _, d := range s.During {
		switch d {
		case input.EOF, input.SIGTERM:
			return g.end(ctx, p, string(d), next)
		}
		p.send(string(d) + "\n")
		id := idOf(string(d))
		answered, found := p.await(ctx, next, g.pi.Patience, func(l line) bool { return response(l) && (len(l.ID) == 0 || string(l.ID) == id) })
		if !found {
			return p.count(), "a response after the run"
		}
		answered, busy, silence := g.barrier(ctx, p, answered)
		if silence == "" && busy {
			answered, silence = g.settled(ctx, p, next, true)
		}
		if next = answered; silence != "" {
			return next, silence
		}
	}
	return next, ""
}

// underWay waits until the provider has been asked, or has said something if it
// stalls after that. Where there is nothing to ask it reports that the run is over.
func (g *game) underWay(ctx context.Context, p *process, s input.Step, at int) (ok, over bool) {
	timer := time.NewTimer(g.pi.Patience)
	defer timer.Stop()
	select {
	case <-g.provider.Arrived():
	case <-timer.C:
		return false, false
	case <-p.ended:
		return false, false
	case <-ctx.Done():
		return false, false
	case <-g.ends(ctx, p, at):
		return true, true
	}
	if s.Replies[0].Fault != input.Stall {
		return true, false
	}
	_, found := p.await(ctx, at, g.pi.Patience, func(l line) bool { return l.Event.Type == "text_delta" || l.Type == "agent_end" })
	return found, false
}

// ends is closed when the run has ended.
func (g *game) ends(ctx context.Context, p *process, at int) <-chan struct{} {
	over := make(chan struct{})
	go func() {
		defer close(over)
		p.await(ctx, at, g.pi.Patience, func(l line) bool { return l.Type == "agent_end" && !l.Again })
	}()
	return over
}

// settled waits until nothing more will be said. A Pi that says so itself is asked
// all the same where it may have begun another run since.
func (g *game) settled(ctx context.Context, p *process, at int, again bool) (next int, silence string) {
	last := "agent_end"
	if g.pi.Settles {
		last = "agent_settled"
	}
	for {
		next, found := p.await(ctx, at, g.pi.Patience, func(l line) bool { return l.Type == last && !l.Again })
		if !found {
			return p.count(), last
		}
		if g.pi.Settles && !again {
			return p.count(), ""
		}
		next, busy, silence := g.barrier(ctx, p, next)
		if silence == "" && compacting(p.since(at, next)) {
			if next, found = p.await(ctx, next, g.pi.Patience, func(l line) bool { return l.Type == "compaction_end" }); !found {
				return p.count(), "compaction_end"
			}
			next, busy, silence = g.barrier(ctx, p, next)
		}
		if silence != "" || !busy {
			return next, silence
		}
		at = next
	}
}

// barrier asks for the state. What follows an end comes before the answer to a
// question that is put after it; and that says whether there is another run.
func (g *game) barrier(ctx context.Context, p *process, at int) (next int, busy bool, silence string) {
	p.send(`{"id":"barrier","type":"get_state"}` + "\n")
	var state line
	next, found := p.await(ctx, at, g.pi.Patience, func(l line) bool { state = l; return response(l) && string(l.ID) == `"barrier"` })
	if !found {
		return p.count(), false, "the state after agent_end"
	}
	var data struct {
		Streaming bool `json:"isStreaming"`
	}
	_ = json.Unmarshal(state.Data, &data) // an answer without a state is compared like any other
	return next, data.Streaming, ""
}

// compacting reports whether a compaction has begun and not ended.
func compacting(lines []line) bool {
	open := 0
	for _, l := range lines {
		switch l.Type {
		case "compaction_start":
			open++
		case "compaction_end":
			open--
		}
	}
	return open > 0
}

// idOf is the id of a line of ours.
func idOf(text string) string {
	var l line
	_ = json.Unmarshal([]byte(text), &l) // ours are JSON
	return string(l.ID)
}

// observation is what was seen, with requests and files.
func (g *game) observation() (Observation, error) {
	g.seen.Depth = len(g.home)
	for _, r := range g.provider.Requests() {
		r.Body, r.Host, r.Target = g.blank(r.Body), g.blank(r.Host), g.blank(r.Target)
		header := map[string][]string{}
		for name, values := range r.Header {
			header[name] = g.blanked(append([]string(nil), values...))
		}
		r.Header = header
		g.seen.Requests = append(g.seen.Requests, r)
	}
	for _, c := range g.proxy.Journal() {
		if !c.Allowed {
			g.seen.Refused = append(g.seen.Refused, g.blank(c.Host))
		}
	}
	err := filepath.WalkDir(g.home, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(g.home, path)
		if err != nil || rel == "." {
			return err
		}
		f := File{Path: g.blank(rel), Mode: info.Mode().String()}
		if info.Mode().IsRegular() {
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			f.Text = g.blank(string(text))
		}
		g.seen.Files = append(g.seen.Files, f)
		return nil
	})
	return g.seen, err
}
