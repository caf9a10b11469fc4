package verdict

import "testing"

func TestSkippedSaysWhy(t *testing.T) {
	of := func(reasons ...string) (list []Result) {
		for _, r := range reasons {
			list = append(list, Result{Status: Skipped, Reason: r})
		}
		return list
	}
	for want, results := range map[string][]Result{
		"the only cell was skipped, since no picker":                   of("no picker"),
		"all 2 cells were skipped, since no picker":                    of("no picker", "no picker"),
		"all 3 cells were skipped, 2 of them since no runner half":     of("no runner half", "no picker", "no runner half"),
		"all 2 cells were skipped, 1 of them since a reason of theirs": of("b", "a reason of theirs"),
	} {
		if got := skipped(results); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
