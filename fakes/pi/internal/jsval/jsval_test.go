package jsval

import (
	"encoding/json"
	"errors"
	"testing"
)

func TestParseErrors(t *testing.T) {
	t.Parallel()
	// The texts were printed by Node 22.
	for text, want := range map[string]string{
		``:                             `Unexpected end of JSON input`,
		`   `:                          `Unexpected end of JSON input`,
		`{bad json`:                    `Expected property name or '}' in JSON at position 1 (line 1 column 2)`,
		`{`:                            `Expected property name or '}' in JSON at position 1 (line 1 column 2)`,
		`[`:                            `Unexpected end of JSON input`,
		`[1`:                           `Expected ',' or ']' after array element in JSON at position 2 (line 1 column 3)`,
		`{"a"`:                         `Expected ':' after property name in JSON at position 4 (line 1 column 5)`,
		`{"a":1,`:                      `Expected double-quoted property name in JSON at position 7 (line 1 column 8)`,
		"{\n\"a\":1,}":                 `Expected double-quoted property name in JSON at position 8 (line 2 column 7)`,
		`{"a":1 2}`:                    `Expected ',' or '}' after property value in JSON at position 7 (line 1 column 8)`,
		`"abc`:                         `Unterminated string in JSON at position 4 (line 1 column 5)`,
		`hello`:                        `Unexpected token 'h', "hello" is not valid JSON`,
		`<html>not json at all</html>`: `Unexpected token '<', "<html>not "... is not valid JSON`,
		`{} x`:                         `Unexpected non-whitespace character after JSON at position 3 (line 1 column 4)`,
		`tru`:                          `Unexpected end of JSON input`,
		`-`:                            `No number after minus sign in JSON at position 1 (line 1 column 2)`,
		`1.`:                           `Unterminated fractional number in JSON at position 2 (line 1 column 3)`,
		`01`:                           `Unexpected number in JSON at position 1 (line 1 column 2)`,
		`"\x"`:                         `Bad escaped character in JSON at position 2 (line 1 column 3)`,
		`undefined`:                    `"undefined" is not valid JSON`,
	} {
		_, err := Parse(text)
		var syntax *SyntaxError
		if !errors.As(err, &syntax) || syntax.Message != want {
			t.Errorf("Parse(%q): %v\nwant %s", text, err, want)
		}
	}
}

func TestParseKeepsOrderAndLastDuplicate(t *testing.T) {
	t.Parallel()
	v, err := Parse(`{"b":1,"a":[true,null,"x\u00e9\ud83d\ude00"],"b":{"z":1.50}}`)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := v.JSON(), `{"b":{"z":1.5},"a":[true,null,"xé😀"]}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if v.Get("B").Kind() != Undefined {
		t.Error("names must be case-sensitive")
	}
}

func TestStripComments(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"{\"a\":1, // note\n}":         "{\"a\":1 \n}",
		`{"u":"http://x/,}",}`:         `{"u":"http://x/,}"}`,
		`["a\"//b",]`:                  `["a\"//b"]`,
		`{"a":1,,}`:                    `{"a":1,}`,
		"{/* block */}":                "{/* block */}",
		"[1,\n\t// last\n\t2,\n]":      "[1,\n\t\n\t2\n]",
		`{"open: 1, // c` + "\n" + `}`: `{"open: 1 ` + "\n" + `}`,
	} {
		if got := StripComments(in); got != want {
			t.Errorf("StripComments(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{`{}`, `{"a":[1,2.5e3,"x"],"b":null}`, `"\ud800"`, `[[[]]]`, `{"a":`, `nul`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, err := Parse(text)
		if (err == nil) != json.Valid([]byte(text)) {
			t.Fatalf("Parse(%q): %v, but encoding/json says valid=%v", text, err, json.Valid([]byte(text)))
		}
		if err != nil {
			return
		}
		again, err := Parse(v.JSON())
		if err != nil || again.JSON() != v.JSON() {
			t.Fatalf("%q does not survive its own text %q: %v", text, v.JSON(), err)
		}
	})
}
