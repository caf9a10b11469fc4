package edition_test

import (
	"strings"
	"testing"

	"github.com/agenta-ai/conform/subjects/reference/edition"
)

func TestOf(t *testing.T) {
	for date, want := range map[string]string{"": "2026-07-02", "2026-07-02": "2026-07-02", "2026-07-14": "2026-07-14"} {
		if e, err := edition.Of(date); err != nil || e.Name != want {
			t.Errorf("edition of %q is %+v, %v", date, e, err)
		}
	}
	if _, err := edition.Of("2027-01-01"); err == nil || !strings.Contains(err.Error(), "2026-07-02 and 2026-07-14") {
		t.Errorf("an edition that does not exist: %v", err)
	}
	if e := edition.Plan(); e.CustomSurface || e.SlugIdentity || e.NamedFirst || e.FailClosed || e.SlugOnWire || !e.RunnerHalf {
		t.Errorf("the plan is %+v", e)
	}
}
