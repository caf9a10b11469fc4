package strictyaml

import (
	"errors"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

type short int

func (s *short) FromScalar(text string) error {
	if text == "half" {
		*s = -2
		return nil
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return errors.New("want a number or half")
	}
	*s = short(n)
	return nil
}

type inner struct {
	Name string  `yaml:"name"`
	Rate float64 `yaml:"rate"`
}

func (i *inner) Check() error {
	if i.Rate < 0 {
		return errors.New("rate is below nothing")
	}
	return nil
}

type shared struct {
	Note string `yaml:"note"`
}

type document struct {
	shared
	Text  string            `yaml:"text"`
	Flag  bool              `yaml:"flag"`
	Count int               `yaml:"count"`
	Wait  time.Duration     `yaml:"wait"`
	List  []string          `yaml:"list"`
	Table map[string][]int  `yaml:"table"`
	In    *inner            `yaml:"in"`
	All   []inner           `yaml:"all"`
	Any   any               `yaml:"any"`
	Short short             `yaml:"short"`
	Go    func()            // no tag: not for files
	Env   map[string]string `yaml:"env"`
}

func TestDecode(t *testing.T) {
	const text = `
text: |
  two
  lines
flag: true
count: 3
wait: 250ms
list: one
table: {a: [1, 2]}
in: {name: x, rate: 0.5}
all:
  - name: y
  - {name: z}
any: {k: [1, true, null, "s"]}
short: half
note: embedded
`
	var got document
	if err := Decode("f.yaml", []byte(text), &got); err != nil {
		t.Fatal(err)
	}
	want := document{
		shared: shared{"embedded"}, Text: "two\nlines\n", Flag: true, Count: 3, Wait: 250 * time.Millisecond, List: []string{"one"},
		Table: map[string][]int{"a": {1, 2}}, In: &inner{"x", 0.5}, All: []inner{{Name: "y"}, {Name: "z"}},
		Any: map[string]any{"k": []any{uint64(1), true, nil, "s"}}, Short: -2,
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(document{}, shared{})); diff != "" {
		t.Error(diff)
	}
	if err := Decode("f.json", []byte(`{"count": 7, "list": ["a"]}`), &got); err != nil || got.Count != 7 {
		t.Errorf("JSON: %v %d", err, got.Count)
	}
	if err := Decode("f.yaml", nil, &got); err != nil {
		t.Errorf("empty file: %v", err)
	}
}

func TestDecodeRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"text: a\nflog: true\n":      `f.yaml:2:1: unknown key "flog"; allowed are all, any, count, env, flag, in, list, note, short, table, text, wait`,
		"in:\n  name: x\n  rat: 1\n": `f.yaml:3:3: unknown key "rat"; allowed are name, rate`,
		"count: many\n":              `f.yaml:1:8: "many" is not a whole number`,
		"flag: perhaps\n":            `f.yaml:1:7: "perhaps" is not true or false`,
		"wait: 3\n":                  `f.yaml:1:7: "3" is not a time such as 250ms or 2s`,
		"wait: -3s\n":                `f.yaml:1:7: -3s is no time`,
		"text: [a]\n":                `f.yaml:1:7: want a value`,
		"in: 3\n":                    `f.yaml:1:5: want a mapping with some of name, rate`,
		"table: 3\n":                 `f.yaml:1:8: want a mapping`,
		"all:\n  - rate: -1\n":       `f.yaml:2:5: rate is below nothing`,
		"short: x\n":                 `f.yaml:1:8: want a number or half`,
		"text: a\ntext: b\n":         "f.yaml:2:1: mapping key \"text\" already defined at [1:1]",
		"text: a\n---\ntext: b\n":    `f.yaml:3:1: a second document; want one`,
		"- a\n":                      `f.yaml:1:1: want a mapping with some of all, any, count, env, flag, in, list, note, short, table, text, wait`,
		"a: &x 1\n":                  `f.yaml:1:1: unknown key "a"; allowed are all, any, count, env, flag, in, list, note, short, table, text, wait`,
		"Go: 1\n":                    `f.yaml:1:1: unknown key "Go"; allowed are all, any, count, env, flag, in, list, note, short, table, text, wait`,
	} {
		var got document
		err := Decode("f.yaml", []byte(text), &got)
		if err == nil || err.Error() != want {
			t.Errorf("%q:\n got %v\nwant %s", text, err, want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte("text: a\nin: {name: x}\n"))
	f.Add([]byte(`{"any": [1, {"a": null}], "list": []}`))
	f.Add([]byte("a: &b c\nd: *b\n"))
	f.Add([]byte("- \xff"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var got document
		_ = Decode("f.yaml", data, &got) // it must only not fall over
	})
}
