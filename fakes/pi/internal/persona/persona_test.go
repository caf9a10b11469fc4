package persona

import "testing"

func TestVersionsBetween(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		version                           string
		settles, entries, runtime, slim   bool
		saves, wholeErrors, betas, system bool
	}{
		{"0.79.4", false, false, false, false, true, false, false, false},
		{"0.80.3", false, true, false, false, true, true, false, false},
		{"0.80.6", true, true, false, false, true, true, false, false},
		{"0.80.10", true, true, true, false, true, true, false, false},
		{"0.82.0", true, true, true, false, true, true, false, false},
		{"0.84.3", true, true, true, true, false, true, false, false},
		{"0.85.0", true, true, true, true, false, true, true, false},
		{"0.87.1", true, true, true, true, false, true, true, true},
		{"1.0.0-rc.1", true, true, true, true, false, true, true, true},
	} {
		p, err := Of(c.version)
		if err != nil {
			t.Fatal(err)
		}
		got := []bool{p.Settles, p.HasEntries, p.Runtime, p.SlimUpdates, p.SavesChoice, p.WholeErrors, p.Betas, p.SystemFirst}
		want := []bool{c.settles, c.entries, c.runtime, c.slim, c.saves, c.wholeErrors, c.betas, c.system}
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("%s: point %d is %v", c.version, i, got[i])
			}
		}
	}
}

func TestNoVersion(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "0.80", "0.80.x", "v0.80.6", "0.80.-1", "latest"} {
		if _, err := Of(text); err == nil {
			t.Errorf("%q is taken for a version", text)
		}
	}
}
