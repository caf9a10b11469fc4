package jsval_test

import (
	"testing"

	"github.com/agenta-ai/conform/fakes/pi/internal/jsval"
)

func TestParseBegun(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		``: `{}`, ` `: `{}`, `{`: `{}`, `{"`: `{}`, `{"path`: `{}`, `{"path"`: `{}`, `{"path":`: `{}`, `{"path":"`: `{"path":""}`,
		`{"path":"mi`: `{"path":"mi"}`, `{"path":"a\`: `{"path":"a"}`, `{"path":"a\u00`: `{"path":"a"}`, `{"path":"a","edits":[{`: `{"path":"a","edits":[{}]}`,
		`{"a":[1,2`: `{"a":[1,2]}`, `{"a":[1,`: `{"a":[1]}`, `{"a":1e`: `{"a":1}`, `{"a":-`: `{}`, `{"a":tr`: `{"a":true}`, `{"a":nul`: `{"a":null}`,
		`{"a":1,"b":x,"c":2}`: `{"a":1}`, `{"a":1} `: `{"a":1}`, `{"a":"b` + "\n" + `c"}`: `{"a":"b\nc"}`, `{"a":"\d"}`: `{"a":"\\d"}`,
		`null`: `null`, `nul`: `{}`, `no`: `{}`, `[1`: `[1]`, `"x`: `"x"`, `{"a":{"b":"c"`: `{"a":{"b":"c"}}`,
	} {
		if got := jsval.ParseBegun(text).JSON(); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}

func FuzzParseBegun(f *testing.F) {
	for _, text := range []string{`{"a":[1,{"b":"c\u00e9"}],"d":tru`, `{"a":"\`, `[[[[`, "\x00{", `{"a" "b"}`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v := jsval.ParseBegun(text)
		if whole, err := jsval.Parse(text); err == nil && whole.JSON() != v.JSON() {
			t.Errorf("%q: got %s, want %s", text, v.JSON(), whole.JSON())
		}
		if _, err := jsval.Parse(v.JSON()); err != nil {
			t.Errorf("%q: %s is no JSON: %v", text, v.JSON(), err)
		}
	})
}
