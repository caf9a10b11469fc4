package deviation

import (
	"strings"
	"testing"

	"github.com/agenta-ai/conform/internal/verify/compare"
)

func TestLoad(t *testing.T) {
	t.Parallel()
	all, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range all {
		if len(strings.Fields(d.Reason)) < 5 {
			t.Errorf("%s: %q is no reason", d.Where, d.Reason)
		}
	}
}

const good = `- id: no-page
  area: RPC
  versions: ["1.2.3"]
  pattern: export_html
  reason: The page is Pi's own.
  case: 1/17-3f
`

func TestParse(t *testing.T) {
	t.Parallel()
	all, err := Parse("d.yaml", []byte(good))
	if err != nil || len(all) != 1 {
		t.Fatalf("%v, %v", all, err)
	}
	d := all[0]
	if d.Where != "d.yaml:1:3" || d.Case.String() != "1/17-3f" {
		t.Errorf("%+v", d)
	}
	if !d.Covers(compare.RPC, "step 3 export_html.data") || d.Covers(compare.Files, "export_html") || d.Covers(compare.RPC, "fork") {
		t.Error("it covers something else")
	}
	if len(Of(all, "1.2.3")) != 1 || len(Of(all, "1.2.4")) != 0 {
		t.Error("the version does not count")
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"a: 1\n": "d.yaml:1:1: want a list of deviations",
		"- id: a\n  area: RPC\n  pattern: x\n  case: 1/1\n": `d.yaml:1:3: a deviation needs "reason"`,
		strings.Replace(good, "RPC", "RCP", 1):              `d.yaml:1:3: no area "RCP"`,
		strings.Replace(good, "export_html", "'('", 1):      "d.yaml:1:3: pattern: error parsing regexp: missing closing ): `(`",
		strings.Replace(good, "1/17-3f", "17", 1):           `d.yaml:1:3: "17" is no case: want SEED/NUMBER or SEED/NUMBER-PARTS, such as 1/42`,
		good + good:             `d.yaml:7:3: deviation "no-page" stands here twice`,
		good + "  color: red\n": `d.yaml:7:3: unknown field "color"`,
	} {
		if _, err := Parse("d.yaml", []byte(text)); err == nil || err.Error() != want {
			t.Errorf("%s\ngot  %v\nwant %s", text, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(good))
	f.Add([]byte("[]"))
	f.Add([]byte("- id: 0\n  area: RPC\n  versions: !00\n  0000000000000000000000000000000000")) // the YAML library panics
	f.Fuzz(func(_ *testing.T, text []byte) {
		_, _ = Parse("d.yaml", text) // it must not panic
	})
}
