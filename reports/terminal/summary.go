package terminal

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/agenta-ai/conform/contract"
	"github.com/agenta-ai/conform/verdict"
)

// How much of a bad run is printed. The rest stands in the report.
const (
	maxCauses  = 10
	maxAlso    = 3 // other symptoms of a cause
	maxClauses = 20
)

// Summary writes how a run ended: some six lines if all is well, and otherwise
// what is violated, by which causes, and how to see it again. Files are the
// paths of the reports.
func Summary(out io.Writer, run verdict.Run, c *contract.Contract, files []string, o Options) error {
	buf := bufio.NewWriter(out) // keeps the first error for Flush
	s := summary{out: buf, opt: o, run: run, board: verdict.Score(run, c)}
	s.verdict()
	s.problems()
	s.clauses()
	s.causes()
	s.standings()
	for i, f := range files {
		label := ""
		if i == 0 {
			label = "reports"
		}
		s.line(label, clean(f))
	}
	s.line("took", s.took())
	if err := buf.Flush(); err != nil {
		return fmt.Errorf("write summary: %w", err)
	}
	return nil
}

type summary struct {
	out   io.Writer
	opt   Options
	run   verdict.Run
	board verdict.Scoreboard
}

// line writes a labelled line; it is never cut, since people copy from it.
func (s *summary) line(label, text string) {
	fmt.Fprintln(s.out, "  "+s.opt.paint(dim, pad(label, 9))+" "+text)
}

func (s *summary) title(text string) { fmt.Fprintln(s.out, "\n"+s.opt.paint(bold, text)) }

// colorOf is how the verdict shows, by exit code.
func colorOf(exit int) style {
	switch exit {
	case verdict.ExitOK:
		return green
	case verdict.ExitFailed:
		return red
	case verdict.ExitExceptions:
		return yellow
	}
	return purple
}

func (s *summary) verdict() {
	word := s.opt.paint(bold, s.run.Word())
	fmt.Fprintln(s.out, s.opt.paint(colorOf(s.run.Exit()), word)+"  "+clean(s.run.Headline()))
	counts := verdict.Counts(s.run.Results)
	counts[verdict.NotRun.String()] += s.run.Holes()
	var parts []string
	for _, status := range verdict.Statuses() {
		if n := counts[status.String()]; n > 0 {
			symbol, color := look(status)
			parts = append(parts, s.opt.paint(color, symbol+" "+verdict.Number(n)+" "+status.String()))
		}
	}
	s.line("cells", strings.Join(parts, "  "))
}

func (s *summary) problems() {
	for _, p := range s.run.Problems() {
		for i, l := range wrap(clean(p), s.opt.width()-12, 6) {
			label := ""
			if i == 0 {
				label = "problem"
			}
			s.line(label, l)
		}
	}
}

// clauses lists what is violated, in the order of the contract.
func (s *summary) clauses() {
	var violated []verdict.ClauseScore
	for _, c := range s.board.Clauses {
		if c.Standing == verdict.ClauseViolated {
			violated = append(violated, c)
		}
	}
	if len(violated) == 0 {
		return
	}
	s.title("Violated clauses")
	for i, c := range violated {
		if i == maxClauses {
			fmt.Fprintf(s.out, "  … and %d more, in the report\n", len(violated)-i)
			break
		}
		level := ""
		if c.Clause.Level != "must" {
			level = ", " + c.Clause.Level
		}
		head := pad(c.Clause.ID, 9) + " "
		cells := fmt.Sprintf("%s of %s", verdict.Number(c.Violated), verdict.Plural(c.Cells, "cell"))
		tail := pad("gap "+c.Clause.Gap+level, 12) + " " + pad(cells, 17) + " "
		room := s.opt.width() - len([]rune(head+tail)) - 2
		fmt.Fprintln(s.out, "  "+s.opt.paint(red, head)+tail+clip(clean(c.Clause.Statement), room))
	}
}

func (s *summary) causes() {
	causes := verdict.Causes(s.run.Results)
	if len(causes) == 0 {
		return
	}
	s.title("Causes, the largest first")
	for i, c := range causes {
		if i == maxCauses {
			fmt.Fprintf(s.out, "  … and %d more, in the report\n", len(causes)-i)
			break
		}
		symbol, color := look(c.Status)
		for j, l := range wrap(clean(c.Signature), s.opt.width()-20, 3) {
			head := strings.Repeat(" ", 16)
			if j == 0 {
				head = s.opt.paint(color, pad(symbol+" "+verdict.Plural(c.Count, "cell"), 16))
			}
			fmt.Fprintln(s.out, "  "+head+l)
		}
		if c.Where != "" {
			s.detail("where", c.Where)
		}
		for k, a := range c.Also {
			if k == maxAlso {
				break
			}
			label := ""
			if k == 0 {
				label = "also"
			}
			s.detail(label, clip(fmt.Sprintf("%s× %s", verdict.Number(a.Count), clean(a.Symptom)), s.opt.width()-26))
		}
		for k, line := range s.lastWords(c) {
			s.detail(map[bool]string{true: "log"}[k == 0], clip(clean(line), s.opt.width()-26))
		}
		if c.Reproduce != "" {
			s.detail("again", c.Reproduce) // names the cell
		} else {
			s.detail("first", c.Representative)
		}
	}
}

// maxLog is how many lines of a log are shown.
const maxLog = 3

// lastWords are the last lines of the log of what broke, if a cause is that
// something did.
func (s *summary) lastWords(c verdict.Cause) []string {
	for _, r := range s.run.Results {
		if r.Cell == c.Representative && r.Evidence != nil && r.Evidence.Failure != nil {
			tail := r.Evidence.Failure.Tail
			return tail[max(0, len(tail)-maxLog):]
		}
	}
	return nil
}

func (s *summary) detail(label, text string) {
	fmt.Fprintln(s.out, strings.Repeat(" ", 18)+s.opt.paint(dim, pad(label, 6))+" "+s.opt.paint(cyan, clean(text)))
}

// standings counts clauses; what no cell has shown is said as loudly as what
// holds.
func (s *summary) standings() {
	n := map[verdict.Standing]int{}
	for _, c := range s.board.Clauses {
		n[c.Standing]++
	}
	parts := []string{fmt.Sprintf("%d hold", n[verdict.ClauseHolds])}
	if k := n[verdict.ClauseViolated]; k > 0 {
		parts = append(parts, fmt.Sprintf("%d violated", k))
	}
	if k := n[verdict.ClauseMasked]; k > 0 {
		parts = append(parts, fmt.Sprintf("%d masked by violations of others", k))
	}
	if k := n[verdict.ClauseNotExercised]; k > 0 {
		parts = append(parts, fmt.Sprintf("%d not exercised in this run", k))
	}
	if k := n[verdict.ClauseUnshown]; k > 0 {
		parts = append(parts, fmt.Sprintf("%d that no cell can show", k))
	}
	if n[verdict.ClauseViolated] > 0 {
		fmt.Fprintln(s.out)
	}
	s.line("clauses", strings.Join(parts, ", "))
	if len(s.board.Unknown) > 0 {
		s.line("", "unknown to the contract: "+clean(strings.Join(s.board.Unknown, ", ")))
	}
}

func (s *summary) took() string {
	text := fmt.Sprintf("exit %d", s.run.Exit())
	if f := s.run.Footer; f != nil {
		text = (time.Duration(f.Millis) * time.Millisecond).Round(100*time.Millisecond).String() + ", " + text
	}
	return text
}
