package known

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/agenta-ai/conform/contract"
	"github.com/agenta-ai/conform/verdict"
)

// Write writes a file that knows the failures of a run: an entry for each clause
// and each thing that it found, with the cells. The reasons are the clauses'; who
// keeps the file makes them better. It knows which clauses the run has shown, too.
func Write(w io.Writer, run verdict.Run, c *contract.Contract, owner, issue string, expires time.Time) error {
	type entry struct {
		clause string
		seen   []string
		cells  []string
	}
	var entries []*entry
	for _, r := range run.Results {
		if r.Status != verdict.Failed {
			continue
		}
		for _, f := range r.Findings {
			if f.Judgement != verdict.Violated {
				continue
			}
			var seen []string
			for _, m := range f.Mismatches {
				if about := head(m); !slices.Contains(seen, about) {
					seen = append(seen, about)
				}
			}
			slices.Sort(seen)
			at := slices.IndexFunc(entries, func(e *entry) bool { return e.clause == f.Clause && slices.Equal(e.seen, seen) })
			if at < 0 {
				at = len(entries)
				entries = append(entries, &entry{clause: f.Clause, seen: seen})
			}
			entries[at].cells = append(entries[at].cells, r.Cell)
		}
	}
	order := c.IDs()
	slices.SortStableFunc(entries, func(a, b *entry) int {
		return cmp.Compare(slices.Index(order, a.clause), slices.Index(order, b.clause))
	})
	var out strings.Builder
	fmt.Fprintf(&out, "subject: %s\nedition: %q\nlevel: %s\n%sjudged:%s\nexceptions:\n",
		strconv.Quote(run.Header.Subject), run.Header.Edition, run.Header.Level, declares(run), judged(run, order))
	for _, e := range entries {
		clause, _ := c.Clause(e.clause)
		fmt.Fprintf(&out, "  - clause: %s\n    reason: %s\n    issue: %s\n    owner: %s\n    expires: %q\n", e.clause,
			strconv.Quote("does not hold: "+clause.Statement), strconv.Quote(issue), strconv.Quote(owner), expires.Format(day))
		list(&out, "seen", e.seen)
		list(&out, "cells", e.cells)
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// judged lists the clauses that a run has shown, in lines that people can read.
func judged(run verdict.Run, order []string) string {
	seen := map[string]bool{}
	for _, r := range run.Results {
		for _, f := range r.Findings {
			if r.Status < verdict.Error && f.Judgement.Seen() {
				seen[f.Clause] = true
			}
		}
	}
	var ids []string
	for _, id := range order {
		if seen[id] {
			ids = append(ids, id)
		}
	}
	const inLine = 12
	var out strings.Builder
	for part := range slices.Chunk(ids, inLine) {
		out.WriteString("\n  " + strings.Join(part, ", ") + ",")
	}
	return " [" + strings.TrimSuffix(out.String(), ",") + "]"
}

func list(out *strings.Builder, name string, values []string) {
	fmt.Fprintf(out, "    %s:\n", name)
	for _, v := range values {
		fmt.Fprintf(out, "      - %s\n", strconv.Quote(v))
	}
}

// head is the part of a mismatch that says what was looked at and what it was,
// without what is different in each run.
func head(mismatch string) string {
	text := verdict.Gist(mismatch)
	if about, value, ok := strings.Cut(text, ": "); ok && len(value) > 60 {
		return about // a long value has ids and times in it
	}
	return text
}
