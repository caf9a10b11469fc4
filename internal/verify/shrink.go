package verify

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/agenta-ai/conform/internal/verify/compare"
	"github.com/agenta-ai/conform/internal/verify/input"
	"github.com/agenta-ai/conform/verdict"
)

// maxCauses is how many causes are narrowed down.
const maxCauses = 10

// narrow finds for the first cell of each cause the smallest case that still shows
// it, within the budget, and lets the result name that case. A difference that does
// not come again when both are played anew is called flaky.
func (r *run) narrow(ctx context.Context, cells []cell, results []verdict.Result) {
	if r.Shrink <= 0 {
		return
	}
	seen := map[string]bool{}
	for i := range results {
		res := &results[i]
		if res.Status != verdict.Failed || seen[res.Cause] || len(seen) == maxCauses || ctx.Err() != nil {
			continue
		}
		seen[res.Cause] = true
		s := shrinker{run: r, cell: cells[i], want: firstOf(res.Findings), left: r.Shrink}
		small, again := s.shrink(ctx)
		switch {
		case ctx.Err() != nil:
		case !again:
			forgive(res)
		default:
			res.Reproduce = r.Reproduce(cells[i].version.Name, small)
			res.Reason = s.tell(small)
		}
	}
}

// forgive makes of a difference that did not come again what it is: nothing that
// can be said for or against the fake, and still no clean pass.
func forgive(res *verdict.Result) {
	const reason = "the difference did not come again when both were played anew"
	res.Status, res.Reason, res.Cause = verdict.Flaky, reason, ""
	for i, f := range res.Findings {
		if f.Judgement == verdict.Violated {
			res.Findings[i] = verdict.Finding{Clause: f.Clause, Judgement: verdict.NotApplicable, Reason: reason + ": " + f.Mismatches[0]}
		}
	}
}

// difference is an area and the form of one difference in it.
type difference struct{ area, form string }

func firstOf(findings []verdict.Finding) difference {
	for _, f := range findings {
		if f.Judgement == verdict.Violated {
			return difference{f.Clause, form(f.Mismatches[0])}
		}
	}
	return difference{}
}

var numbers = regexp.MustCompile(`\d+`)

// form is a difference without what changes when parts are left out: numbers, and
// everything behind the path.
func form(text string) string {
	path, _, _ := strings.Cut(text, ": ")
	return numbers.ReplaceAllString(path, "#")
}

type shrinker struct {
	*run
	cell  cell
	want  difference
	left  int // starts of the real Pi that may still be made
	parts []input.Part
}

// shrink leaves out parts as long as the difference stays: halves of what is there
// first, then smaller stretches, and at last single parts.
func (s *shrinker) shrink(ctx context.Context) (small input.Case, again bool) {
	small = s.cell.c
	if !s.shows(ctx, small, true) {
		return small, false
	}
	s.parts = small.Parts()
	for size := (len(s.parts) + 1) / 2; size >= 1; size /= 2 {
		for from := 0; from < len(s.parts); from += size {
			if s.left <= 0 || ctx.Err() != nil {
				return small, true
			}
			if tried, some := s.leave(small, from, min(from+size, len(s.parts))); some && s.shows(ctx, tried, false) {
				small = tried
			}
		}
	}
	return small, true
}

// leave leaves out a stretch of parts. It reports false if none of them was there.
func (s *shrinker) leave(c input.Case, from, to int) (input.Case, bool) {
	some := false
	for _, p := range s.parts[from:to] {
		if c.Without.Has(p.Number) || s.gone(c, p.Parent) {
			continue
		}
		c.Without, some = c.Without.With(p.Number), true
	}
	return c, some
}

// gone reports whether a part is out, by itself or with what it belongs to.
func (s *shrinker) gone(c input.Case, part int) bool {
	for ; part >= 0; part = s.parts[part].Parent {
		if c.Without.Has(part) {
			return true
		}
	}
	return false
}

// shows reports whether a case shows the difference.
func (s *shrinker) shows(ctx context.Context, c input.Case, fresh bool) bool {
	s.left--
	in := c.Input()
	real, fake, err := s.both(ctx, s.cell, in, fresh)
	if err != nil {
		return false
	}
	findings, _ := judge(compare.Observations(in, real, fake), s.cell.known)
	for _, f := range findings {
		for _, m := range f.Mismatches {
			if f.Clause == s.want.area && form(m) == s.want.form {
				return true
			}
		}
	}
	return false
}

// tell says what is left of a case.
func (s *shrinker) tell(c input.Case) string {
	var names []string
	for _, p := range s.parts {
		if !c.Without.Has(p.Number) && !s.gone(c, p.Parent) {
			names = append(names, p.Name)
		}
	}
	return fmt.Sprintf("still shown with %d of %d parts: %s", len(names), len(s.parts), strings.Join(names, "; "))
}
