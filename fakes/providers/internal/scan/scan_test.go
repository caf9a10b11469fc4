package scan

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func samples() []string {
	return []string{
		`{}`, `[]`, `""`, `0`, `-0.5e+3`, `true`, `false`, `null`, ` { "a" : [ 1 , { "b" : "c" } ] } `,
		`{"a":"a long text with \"quotes\" and \u00e9scapes\n"}`, `{"":1,"":2}`, `[1,2,[3,[4]]]`,
		``, `{`, `}`, `{"a"}`, `{"a":}`, `{"a":1,}`, `[1,]`, `[1 2]`, `01`, `1.`, `1e`, `-`, `.5`, `tru`, `nul`, `"`, `"\x"`, `"\u12g4"`,
		"\"a\x01b\"", `{"a":1}x`, `{a:1}`, `'a'`, `[`, `{"a":[}`, `"tail\`, `+1`, "\"twenty letters and a tab\there\"",
	}
}

// TestValidAgreesWithTheStandardLibrary is what the package promises.
func TestValidAgreesWithTheStandardLibrary(t *testing.T) {
	for _, text := range samples() {
		if got, want := Valid([]byte(text)), json.Valid([]byte(text)); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

func FuzzValid(f *testing.F) {
	for _, text := range append(samples(), `{"in":[{"a":1},2]}`, `{"in":[{"a":1},]}`) {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if got, want := Valid(data), json.Valid(data); got != want {
			t.Fatalf("%q: %v, want %v", data, got, want)
		}
		var members map[string]json.RawMessage
		want := json.Unmarshal(data, &members) == nil && members != nil
		nested := Nested{"in", func(string, []byte) {}, func() {}}
		if err := Deep(data, nested, func(string, []byte) {}); (err == nil) != want {
			t.Fatalf("%q is an object, looked at deeply: %v", data, err)
		}
		seen := map[string]json.RawMessage{}
		err := Object(data, func(name string, value []byte) { seen[name] = value })
		if (err == nil) != want {
			t.Fatalf("%q is an object: %v", data, err)
		}
		if want && len(seen) > len(members) {
			// Names that are no UTF-8 may fall together in the standard library, never
			// the other way round.
			for name := range seen {
				if !json.Valid([]byte(name)) && strings.ToValidUTF8(name, "") == name {
					if _, known := members[name]; !known {
						t.Fatalf("%q has no member %q", data, name)
					}
				}
			}
		}
	})
}

func TestObject(t *testing.T) {
	var got []string
	err := Object([]byte(` {"model": "m", "n\u0061me" :[1, {"x":2}], "z":null} `), func(name string, value []byte) {
		got = append(got, name+"="+string(value))
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{`model="m"`, `name=[1, {"x":2}]`, `z=null`}, got); diff != "" {
		t.Error(diff)
	}
	for text, want := range map[string]string{`[1]`: "not an object", `{"a":1`: "no JSON", ``: "no JSON", `{"a":1} 2`: "no JSON"} {
		if err := Object([]byte(text), func(string, []byte) {}); err == nil || err.Error() != want {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestArray(t *testing.T) {
	var got []string
	if err := Array([]byte(`[1, "two", {"three":[3]}]`), func(value []byte) { got = append(got, string(value)) }); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{`1`, `"two"`, `{"three":[3]}`}, got); diff != "" {
		t.Error(diff)
	}
	if err := Array([]byte(`{}`), func([]byte) {}); err == nil || err.Error() != "not a list" {
		t.Error(err)
	}
}

func TestDeep(t *testing.T) {
	var got []string
	note := func(name string, value []byte) { got = append(got, name+"="+string(value)) }
	nested := Nested{"in", note, func() { got = append(got, ";") }}
	if err := Deep([]byte(`{"a":1,"in":[{"b":[2]},3],"c":{"in":[]}}`), nested, note); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{`a=1`, `b=[2]`, ";", ";", `in=[{"b":[2]},3]`, `c={"in":[]}`}, got); diff != "" {
		t.Error(diff)
	}
	for _, text := range []string{`{"in":[{"b":]}`, `{"in":[{"b":2}`, `{"in":[{]}`} {
		if err := Deep([]byte(text), nested, note); err == nil {
			t.Errorf("%s is no object", text)
		}
	}
}

func TestObjects(t *testing.T) {
	var got []string
	err := Objects([]byte(`[{"role":"user","content":["x"]}, 7, {}, {"role":"tool"}]`), func(name string, value []byte) {
		got = append(got, name+"="+string(value))
	}, func() { got = append(got, ";") })
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{`role="user"`, `content=["x"]`, ";", ";", ";", `role="tool"`, ";"}, got); diff != "" {
		t.Error(diff)
	}
	for _, text := range []string{`{}`, `[{"a":1]`, `[{"a":}]`, `[1`, `[1,]`, `[{"a" 1}]`} {
		if err := Objects([]byte(text), func(string, []byte) {}, func() {}); err == nil {
			t.Errorf("%s is no list of objects", text)
		}
	}
}

func TestText(t *testing.T) {
	for value, want := range map[string]string{`"a"`: "a", `"\u00e9\n"`: "é\n", `""`: ""} {
		if got, ok := Text([]byte(value)); !ok || got != want {
			t.Errorf("%s: %q %v", value, got, ok)
		}
	}
	for _, value := range []string{`1`, `null`, `"a`, `"a"b`, ``} {
		if got, ok := Text([]byte(value)); ok {
			t.Errorf("%s: %q", value, got)
		}
	}
}

// BenchmarkObject goes through a prompt as coding agents send it.
func BenchmarkObject(b *testing.B) {
	prompt, err := json.Marshal(strings.Repeat("func main() {\n\tfmt.Println(\"hello\")\n}\n", 2400))
	if err != nil {
		b.Fatal(err)
	}
	body := bytes.Join([][]byte{[]byte(`{"model":"m","messages":[{"role":"user","content":`), prompt, []byte(`}],"stream":true}`)}, nil)
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if err := Object(body, func(string, []byte) {}); err != nil {
			b.Fatal(err)
		}
	}
}
