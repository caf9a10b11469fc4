package jsval_test

import (
	"slices"
	"testing"

	"github.com/agenta-ai/conform/fakes/pi/internal/jsval"
)

// The order is that of localeCompare in Node, asked there.
func TestCollate(t *testing.T) {
	t.Parallel()
	want := []string{"a b", "a-b", "a1", "ab", "AB", "cote", "coté", "côte", "émoji", "Émoji", "emz", "google", "zeta"}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, jsval.Collate)
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}
