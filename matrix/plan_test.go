package matrix

import (
	"slices"
	"strings"
	"testing"
)

var fake = Run{Pi: "fake"}

// pair is a value of each of two axes.
type pair struct{ axisA, a, axisB, b string }

// pairs are the pairs of values that some cells hold.
func pairs(cases []Case) map[pair]bool {
	held := map[pair]bool{}
	for _, c := range cases {
		for i, a := range c.axes {
			for j := i + 1; j < len(c.axes); j++ {
				held[pair{a.Name, c.values[i], c.axes[j].Name, c.values[j]}] = true
			}
		}
	}
	return held
}

func TestPlanFollowsItsSeed(t *testing.T) {
	m := load(t)
	one, again, other := m.Plan(Pairwise, fake, 1), m.Plan(Pairwise, fake, 1), m.Plan(Pairwise, fake, 2)
	if one.Hash() != again.Hash() {
		t.Error("one seed gives two plans")
	}
	if one.Hash() == other.Hash() {
		t.Error("two seeds give one plan")
	}
	if one.Seed != 1 || other.Seed != 2 || one.Level != Pairwise {
		t.Errorf("the plans say seed %d and %d, level %s", one.Seed, other.Seed, one.Level)
	}
}

func TestPlanHasNoCellTwiceAndNoneExcluded(t *testing.T) {
	eachEdition(t, planHasNoCellTwiceAndNoneExcluded)
}

func planHasNoCellTwiceAndNoneExcluded(t *testing.T, m *Matrix) {
	for _, run := range []Run{fake, {Pi: "real"}} {
		seen := map[string]bool{}
		for _, c := range m.Plan(Pairwise, run, 1).Cases {
			if seen[c.ID()] {
				t.Errorf("%s is planned twice", c)
			}
			seen[c.ID()] = true
			if rule := ruledOut(m, c, run); rule != "" {
				t.Errorf("%s is planned with %s Pi, although %s", c, run.Pi, rule)
			}
		}
	}
}

// TestEveryPairIsCoveredOrExcluded works out what is feasible in another way
// than the generator: by rules that speak of the two axes alone, and by a search
// that changes one axis after another.
func TestEveryPairIsCoveredOrExcluded(t *testing.T) {
	m := load(t)
	plan := m.Plan(Pairwise, fake, 1)
	held := pairs(plan.Cases)
	var total, missing int
	for i, a := range m.Axes {
		for _, b := range m.Axes[i+1:] {
			for _, va := range a.names {
				for _, vb := range b.names {
					total++
					p := pair{a.Name, va, b.Name, vb}
					if held[p] {
						continue
					}
					missing++
					if c, ok := witness(m, plan.Cases, p); ok {
						t.Errorf("no cell has %s=%s with %s=%s, although %s could", a.Name, va, b.Name, vb, c)
					}
				}
			}
		}
	}
	cov := plan.Coverage[0]
	if cov.N != 2 || cov.Total != total || cov.Covered != total-missing || cov.Excluded != missing {
		t.Errorf("the plan says %+v; counted are %d pairs, %d of them in no cell", cov, total, missing)
	}
}

// witness looks for a cell with both values among the neighbours of planned
// cells that have one of them.
func witness(m *Matrix, cases []Case, p pair) (Case, bool) {
	tries := 0
	for _, c := range cases {
		hasA, hasB := c.Is(p.axisA, p.a), c.Is(p.axisB, p.b)
		if !hasA && !hasB {
			continue
		}
		if tries++; tries > 200 {
			break
		}
		changed := c.With(p.axisA, p.a).With(p.axisB, p.b)
		if ruledOut(m, changed, fake) == "" {
			return changed, true
		}
	}
	return Case{}, false
}

// ruledOut is Excluded by the rules as they are written, not as they are compiled.
func ruledOut(m *Matrix, c Case, run Run) string {
	get := func(name string) string {
		switch name {
		case "pi":
			return run.Pi
		case "edition":
			return m.Edition
		}
		return c.Get(name)
	}
	for _, r := range m.rules {
		if r.when.match(get) && (len(r.unless) == 0 || !r.unless.match(get)) {
			return r.name
		}
	}
	return ""
}

func TestFullContainsTheCoverageOfPairwise(t *testing.T) {
	if testing.Short() {
		t.Skip("the full plan takes a while")
	}
	m := load(t)
	full, pairwise := m.Plan(Full, fake, 1), m.Plan(Pairwise, fake, 1)
	held := pairs(full.Cases)
	for p := range pairs(pairwise.Cases) {
		if !held[p] {
			t.Errorf("full has no cell with %+v", p)
		}
	}
	ids := map[string]bool{}
	for _, c := range full.Cases {
		ids[c.ID()] = true
	}
	for _, c := range pairwise.Cases {
		if !ids[c.ID()] {
			t.Errorf("full lacks %s of pairwise", c)
		}
	}
	if len(full.Cases) <= len(pairwise.Cases) || len(full.Coverage) != 2 || full.Coverage[1].N != 3 {
		t.Errorf("full has %d cells, pairwise %d; coverage %+v", len(full.Cases), len(pairwise.Cases), full.Coverage)
	}
}

func TestPlanIsLargeEnough(t *testing.T) {
	m := load(t)
	cases := m.Plan(Pairwise, fake, 1).Cases
	onPi, err := m.Selector("pi", Tags{})
	if err != nil {
		t.Fatal(err)
	}
	processes := 0
	for _, c := range cases {
		x, err := m.Expect(c)
		if err != nil {
			t.Fatal(err)
		}
		if onPi.Match(c, Tags{}) && x.Is("outcome", "replies", "falls-back", "fails", "aborted", "not-settable") {
			processes++
		}
	}
	if len(cases) < 2500 {
		t.Errorf("the default plan has %d cells, want at least 2500", len(cases))
	}
	if processes < 500 {
		t.Errorf("%d cells on pi are expected to start Pi, want at least 500", processes)
	}
	t.Logf("%d cells, %d of them start Pi", len(cases), processes)
}

func TestParseErrors(t *testing.T) {
	m := load(t)
	const whole = "pi_core/local/custom_provider/openrouter/named/no-url/built-in/strict-unset"
	rows := []struct{ id, want string }{
		{"", `cell "": harness has no value ""`},
		{"pi_core", `cell "pi_core": no value for sandbox`},
		{"pi_core/nowhere", `cell "pi_core/nowhere": sandbox has no value "nowhere"`},
		{whole + "/more", `cell "` + whole + `/more": 1 parts too many`},
		{whole + "+logn=same", `cell "` + whole + `+logn=same": no axis "logn"`},
		{whole + "+harness=claude", `cell "` + whole + `+harness=claude": no axis "harness"`},
		{whole + "+login=nobody", `cell "` + whole + `+login=nobody": login has no value "nobody"`},
		{whole + "+login", `cell "` + whole + `+login": login has no value ""`},
		{whole + "+", `cell "` + whole + `+": no axis ""`},
	}
	for _, r := range rows {
		if c, err := m.Parse(r.id); err == nil || err.Error() != r.want {
			t.Errorf("%q gives %v, %v; want %s", r.id, c, err, r.want)
		}
	}
}

func TestParseForgetsDefaultsAndOrder(t *testing.T) {
	m := load(t)
	const whole = "pi_core/local/custom_provider/openrouter/named/no-url/built-in/strict-unset"
	for id, want := range map[string]string{
		whole + "+login=no-login":                     whole,
		whole + "+observe=turn+login=same":            whole + "+login=same",
		whole + "+turn=stream+vault=crowded":          whole + "+vault=crowded+turn=stream",
		whole + "+login=same+login=other":             whole + "+login=other",
		whole + "+behaviour=401+vault-fault=no-fault": whole + "+behaviour=401",
	} {
		c, err := m.Parse(id)
		if err != nil || c.ID() != want {
			t.Errorf("%s is read as %s, %v; want %s", id, c, err, want)
		}
	}
}

func TestExcludedNamesItsRule(t *testing.T) {
	m := load(t)
	rows := []struct {
		id            string
		run           Run
		rule, because string
	}{
		{"pi_core/local/custom_provider/openrouter/named/no-url/built-in/strict-unset", fake, "", ""},
		{"pi_core/local/provider_key/openrouter/named/base-url/built-in/strict-unset", fake, "key-has-no-address", "a provider_key has no address"},
		{"pi_core/local/provider_key/azure/named/no-url/built-in/strict-unset", fake, "key-of-a-standard-kind", "a provider_key exists for the fourteen standard kinds only"},
		{"claude/local/custom_provider/anthropic/named/no-url/built-in/strict-unset+turn=abort", fake, "claude-turns", "no provider is called on claude here"},
		{"pi_core/local/custom_provider/openrouter/named/no-url/built-in/strict-unset+banner=context", fake, "", ""},
		{"pi_core/local/custom_provider/openrouter/named/no-url/built-in/strict-unset+banner=context", Run{Pi: "real"}, "banner-of-the-fake", "the adapter's banner is played by the fake Pi"},
	}
	for _, r := range rows {
		c, err := m.Parse(r.id)
		if err != nil {
			t.Fatal(err)
		}
		if rule, because := m.Excluded(c, r.run); rule != r.rule || because != r.because {
			t.Errorf("%s is excluded by %q: %q", r.id, rule, because)
		}
	}
	listed := 0
	m.ExcludedCross(fake, func(c Case, rule, because string) {
		listed++
		if r := ruledOut(m, c, fake); r != rule || because == "" {
			t.Errorf("%s is listed with %q: %q", c, rule, because)
		}
	})
	if listed == 0 {
		t.Error("no cell of the cross is excluded")
	}
}

func TestCutIsACover(t *testing.T) {
	m := load(t)
	plan := m.Plan(Pairwise, fake, 1)
	shows := func(c Case) []string {
		return []string{c.Get("provider"), c.Get("model") + c.Get("strict"), c.Get("behaviour")}
	}
	need := map[string]bool{}
	for _, c := range plan.Cases {
		for _, id := range shows(c) {
			need[id] = true
		}
	}
	cut := plan.Cut(shows)
	for _, c := range cut.Cases {
		fresh := false
		for _, id := range shows(c) {
			fresh = fresh || need[id]
			delete(need, id)
		}
		if !fresh {
			t.Errorf("%s adds nothing", c)
		}
		if !slices.ContainsFunc(plan.Cases, func(p Case) bool { return p.ID() == c.ID() }) {
			t.Errorf("%s is not of the plan", c)
		}
	}
	if len(need) > 0 || cut.Level != Smoke {
		t.Errorf("the %s plan leaves out %v", cut.Level, need)
	}
	if nothing := plan.Cut(func(Case) []string { return nil }); len(nothing.Cases) != 0 {
		t.Errorf("%d cells for nothing", len(nothing.Cases))
	}
}

func TestFilter(t *testing.T) {
	plan := load(t).Plan(Pairwise, fake, 1)
	part := plan.Filter(func(c Case) bool { return c.Is("harness", "claude") })
	if len(part.Cases) == 0 || len(part.Cases) >= len(plan.Cases) || part.Hash() == plan.Hash() {
		t.Errorf("%d of %d cells", len(part.Cases), len(plan.Cases))
	}
	for _, c := range part.Cases {
		if !strings.HasPrefix(c.ID(), "claude/") || c.Axes()["harness"] != "claude" {
			t.Errorf("%s was kept", c)
		}
	}
}
