package keeper

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

func TestSuperfluous(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	images := func(ages ...time.Duration) map[string]time.Time {
		used := map[string]time.Time{}
		for i := range keep {
			used[fmt.Sprintf("new-%02d", i)] = now.Add(-time.Minute)
		}
		for i, age := range ages {
			used[fmt.Sprintf("old-%d", i)] = now.Add(-age)
		}
		return used
	}
	never := images()
	never["never"] = time.Time{}
	many := images(30*time.Minute, 3*time.Hour, 5*time.Hour)
	few := images(9 * time.Hour)
	delete(few, "new-00")
	for name, c := range map[string]struct {
		used map[string]time.Time
		want []string
	}{
		"no more than stay":             {few, []string{}},
		"the longest unused first":      {many, []string{"old-2", "old-1"}},
		"no time is the longest unused": {never, []string{"never"}},
		"what is used lately stays":     {images(10 * time.Minute), []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := superfluous(c.used, now); !slices.Equal(got, c.want) {
				t.Errorf("removes %v, want %v", got, c.want)
			}
		})
	}
}
