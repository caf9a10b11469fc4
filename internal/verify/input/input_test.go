package input

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

func TestCasesAreTheirName(t *testing.T) {
	t.Parallel()
	for n := range 50 {
		c := Case{Seed: 7, N: n}
		c.Without = c.Without.With(1, 4)
		read, err := ParseCase(c.String())
		if err != nil || read.String() != c.String() {
			t.Fatalf("%s is read as %s, %v", c, read, err)
		}
		if a, b := c.Input().Hash(), read.Input().Hash(); a != b {
			t.Errorf("%s: two inputs, %s and %s", c, a, b)
		}
	}
	if (Case{Seed: 1}).Input().Hash() == (Case{Seed: 2}).Input().Hash() {
		t.Error("the seed makes no difference")
	}
}

func TestParseCaseRefuses(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "1", "x/1", "1/x", "1/-1", "1/2-", "1/2-0", "1/2-xyz", "-1/2"} {
		if c, err := ParseCase(text); err == nil {
			t.Errorf("%q is read as %s", text, c)
		} else if !strings.Contains(err.Error(), "such as 1/42") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// Each part that is left out is gone, and nothing else is.
func TestParts(t *testing.T) {
	t.Parallel()
	for n := range 40 {
		c := Case{Seed: 3, N: n}
		parts := c.Parts()
		whole, err := json.Marshal(c.Input())
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range parts {
			less := c
			less.Without = less.Without.With(p.Number)
			if got := less.Parts(); !slices.Equal(got, parts) {
				t.Fatalf("%s: the numbers of parts depend on what is left out", less)
			}
			text, err := json.Marshal(less.Input())
			if err != nil {
				t.Fatal(err)
			}
			if len(text) >= len(whole) && !strings.HasPrefix(p.Name, "step ") {
				t.Errorf("%s without %q is not smaller", c, p.Name)
			}
		}
		all := c
		for _, p := range parts {
			all.Without = all.Without.With(p.Number)
		}
		if in := all.Input(); len(in.Files) > 0 || len(in.Env) > 0 || len(in.Args) != 1 {
			t.Errorf("%s: something is left: %+v", c, in)
		}
	}
}

// The generator reaches what it is there for.
func TestVariety(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	for n := range 400 {
		in := Case{Seed: 1, N: n}.Input()
		for name, value := range in.Traits() {
			seen[name+"="+value]++
		}
		for _, s := range in.Steps {
			seen["kind="+string(s.Kind)]++
			for _, r := range s.Replies {
				seen["fault="+string(r.Fault)]++
			}
			if len(s.During) > 0 {
				seen["during"]++
			}
		}
	}
	for _, want := range []string{
		"mode=list-models", "auth=absent", "auth=odd", "models=plain", "models=odd", "settings=odd", "environment=keys", "environment=moved",
		"options=model", "provider=fails", "provider=answers", "kind=silent", "kind=last", "kind=end", "during",
		"fault=cut", "fault=early", "fault=stall", "fault=malformed", "fault=error", "fault=nothing",
	} {
		if seen[want] == 0 {
			t.Errorf("no input has %s", want)
		}
	}
}

func TestNode(t *testing.T) {
	t.Parallel()
	n := object(field("a", str("x\n\"y\"")), field("a", list(raw("1"), list(), object())))
	if got, want := n.String(), `{"a": "x\n\"y\"", "a": [1, [], {}]}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func FuzzParseCase(f *testing.F) {
	for _, seed := range []string{"1/42", "1/42-3f0", "0/0", "18446744073709551615/1-ffffffffffffffffffff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := ParseCase(text)
		if err != nil {
			return
		}
		again, err := ParseCase(c.String())
		if err != nil || again.String() != c.String() {
			t.Errorf("%q is %s, which is %s, %v", text, c, again, err)
		}
	})
}
