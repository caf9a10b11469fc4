package terminal

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/agenta-ai/conform/verdict"
)

const (
	redraw = 100 * time.Millisecond // on a terminal: no faster than eyes
	quiet  = 10 * time.Second       // in a log: no more than a sign of life
)

// Progress shows how far a run is. On a terminal it is one line that is redrawn,
// with the first cell of each new cause above it; in a log it is a line at the
// start and one every ten seconds, so a short run leaves the start line only.
// It is safe for several goroutines.
type Progress struct {
	out  io.Writer
	opt  Options
	plan int

	mu     sync.Mutex
	began  time.Time
	last   time.Time // when something was written
	done   int
	counts map[verdict.Status]int
	causes map[string]bool
	ended  bool
	stop   chan struct{}
}

// NewProgress writes the start line. Done must be called at the end.
func NewProgress(out io.Writer, h verdict.Header, o Options) *Progress {
	p := &Progress{out: out, opt: o, plan: h.Planned, began: o.now(), last: o.now(),
		counts: map[verdict.Status]int{}, causes: map[string]bool{}, stop: make(chan struct{})}
	about := fmt.Sprintf("%s, edition %s, level %s, subject %s, Pi %s, seed %d", verdict.Plural(h.Planned, "cell"), h.Edition, h.Level, h.Subject, h.Pi, h.Seed)
	if h.Claim != nil {
		about = fmt.Sprintf("%s, %s against %s, seed %d", verdict.Plural(h.Planned, "cell"), h.Subject, h.Pi, h.Seed)
	}
	fmt.Fprintln(out, clip(clean("conform: "+about), o.width()))
	go p.tick()
	return p
}

// tick keeps the clock moving while no cell ends: a run that hangs must not look
// like a terminal that does.
func (p *Progress) tick() {
	t := time.NewTicker(time.Second)
	defer t.Stop()
	for {
		select {
		case <-p.stop:
			return
		case <-t.C:
			p.mu.Lock()
			p.draw(false)
			p.mu.Unlock()
		}
	}
}

// Cell counts the outcome of one cell.
func (p *Progress) Cell(r verdict.Result) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done++
	p.counts[r.Status]++
	signature := verdict.CauseOf(r)
	if signature == "" || p.causes[signature] {
		p.draw(false)
		return
	}
	p.causes[signature] = true
	if p.opt.TTY && len(p.causes) <= maxCauses && !p.ended {
		symbol, color := look(r.Status)
		fmt.Fprintf(p.out, "\r\x1b[K%s %s\n", p.opt.paint(color, symbol), clip(clean(r.Cell+"  "+signature), p.opt.width()-3))
	}
	p.draw(p.opt.TTY)
}

// Line writes a line of its own, above the progress line if there is one.
func (p *Progress) Line(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.opt.TTY && !p.ended {
		fmt.Fprint(p.out, "\r\x1b[K")
	}
	fmt.Fprintln(p.out, clean(text))
	p.draw(p.opt.TTY)
}

// Done removes the line.
func (p *Progress) Done() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended {
		return
	}
	p.ended = true
	close(p.stop)
	if p.opt.TTY {
		fmt.Fprint(p.out, "\r\x1b[K")
	}
}

func (p *Progress) draw(now bool) {
	pause := quiet
	if p.opt.TTY {
		pause = redraw
	}
	at := p.opt.now()
	if p.ended || !now && at.Sub(p.last) < pause {
		return
	}
	p.last = at
	text := fmt.Sprintf("%s/%s cells, %s", verdict.Number(p.done), verdict.Number(p.plan), at.Sub(p.began).Round(time.Second))
	for _, s := range []verdict.Status{verdict.Failed, verdict.Error, verdict.UnexpectedPass} {
		if n := p.counts[s]; n > 0 {
			text += fmt.Sprintf(", %s %s", verdict.Number(n), s)
		}
	}
	if !p.opt.TTY {
		fmt.Fprintln(p.out, "conform: "+text)
		return
	}
	const bar = 24
	full := 0
	if p.plan > 0 {
		full = min(bar, bar*p.done/p.plan)
	}
	fmt.Fprint(p.out, "\r\x1b[K"+strings.Repeat("━", full)+p.opt.paint(dim, strings.Repeat("─", bar-full))+" "+clip(text, p.opt.width()-bar-2))
}
