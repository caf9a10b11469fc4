package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/agenta-ai/conform/internal/pyenv"
	"github.com/agenta-ai/conform/reports/sweep"
	"github.com/agenta-ai/conform/verdict"
)

// sweepVersions reads agenta:sdk[@VERSION,VERSION…][+LANE].
func sweepVersions(subject string) (versions []string, lane string, err error) {
	list, at := strings.CutPrefix(subject, sdkSubject+"@")
	if subject == sdkSubject {
		return pyenv.Versions(), "", nil
	}
	if !at {
		return nil, "", usagef("--subject: %q is not %s@VERSION,VERSION: a sweep is over versions of the SDK", subject, sdkSubject)
	}
	if list, after, found := strings.Cut(list, "+"); found {
		return splitVersions(list, "+"+after)
	}
	return splitVersions(list, "")
}

func splitVersions(list, lane string) ([]string, string, error) {
	var versions []string
	for _, v := range strings.Split(list, ",") {
		v = strings.TrimSpace(v)
		if _, err := readSDK(sdkSubject + "@" + v + lane); err != nil {
			return nil, "", err
		}
		if slices.Contains(versions, v) {
			return nil, "", usagef("--subject: version %s is named twice", v)
		}
		versions = append(versions, v)
	}
	if len(versions) < 2 {
		return nil, "", usagef("--subject: a sweep needs two versions at least; for one, conform --subject %s@%s", sdkSubject, versions[0])
	}
	return versions, lane, nil
}

// bisect finds the first version in which the clause is not any more what it is
// in the first version given.
func (s *sweeper) bisect(ctx context.Context, given []string) (int, error) {
	first, last := given[0], given[len(given)-1]
	cache, err := pyenv.UserCache(s.con.err)
	if err != nil {
		return 0, err
	}
	if _, err := cache.Install(ctx, first); err != nil {
		return 0, err
	}
	listed, err := cache.Listed(ctx)
	if err != nil {
		return 0, err
	}
	between, err := pyenv.Between(listed, first, last)
	if err != nil {
		return 0, usageError{fmt.Errorf("--bisect: %w", err)}
	}
	ends, err := s.table(ctx, []string{first, last})
	if err != nil {
		return 0, err
	}
	before, after, err := s.stateOf(ends)
	if err != nil {
		return 0, err
	}
	if before == after {
		fmt.Fprintf(s.con.out, "%s %s in %s and in %s: there is no change to find.\n", s.Bisect, verb(before), first, last)
		return verdict.ExitOK, nil
	}
	low, high := 0, len(between)-1 // between[low] is as before, between[high] is not
	for high-low > 1 {
		middle := (low + high) / 2
		t, err := s.table(ctx, []string{between[middle]})
		if err != nil {
			return 0, err
		}
		state, _, err := s.stateOf(t)
		if err != nil {
			return 0, err
		}
		fmt.Fprintf(s.con.out, "%s\t%s\n", between[middle], state)
		if state == before {
			low = middle
		} else {
			high, after = middle, state
		}
	}
	fmt.Fprintf(s.con.out, "%s: %s\n", s.Bisect, sweep.Change{From: between[low], To: between[high], Before: before, After: after})
	return verdict.ExitOK, nil
}

// stateOf is what the first and the last version of a table say of the clause.
func (s *sweeper) stateOf(t sweep.Table) (first, last sweep.State, err error) {
	for _, r := range t.Rows {
		if r.Clause.ID == s.Bisect {
			first, last = r.States[0], r.States[len(r.States)-1]
			if first == sweep.Broken || last == sweep.Broken {
				return first, last, fmt.Errorf("--bisect: cells broke, so nothing is known of %s; see %s", s.Bisect, s.Out)
			}
			return first, last, nil
		}
	}
	return "", "", fmt.Errorf("--bisect: no cell of this plan shows %s", s.Bisect)
}

func verb(s sweep.State) string {
	if s == sweep.Holds {
		return "holds"
	}
	return "is " + string(s)
}
