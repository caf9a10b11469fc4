package matrix

import (
	"io/fs"
	"maps"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/agenta-ai/conform/contract"
)

const tables = "expectations/" + contract.Edition20260702 + ".yaml"

// small is a matrix in which each kind of mistake can be made at a known place.
func small() fstest.MapFS {
	file := func(lines ...string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte(strings.Join(lines, "\n") + "\n")}
	}
	return fstest.MapFS{
		"axes.yaml": file(
			`axes:`,
			`  - {name: harness, means: m, main: true, cross: true, values: [{name: pi_core}, {name: claude}]}`,
			`  - {name: provider, means: m, main: true, cross: true, values: [{name: openai}, {name: groq}]}`,
			`  - {name: login, means: m, values: [{name: no-login}, {name: same}]}`),
		"kinds.yaml": file(
			`openai: {env: OPENAI_API_KEY}`,
			`groq: {env: GROQ_API_KEY}`),
		"constraints.yaml": file(
			`groups:`,
			`  provider:`,
			`    families: [openai, groq]`,
			`crosses:`,
			`  - cross: logins`,
			`    because: each`,
			`    axes: {provider: "@families", login: same}`,
			`rules:`,
			`  - rule: claude-login`,
			`    when: {harness: claude, login: {not: no-login}}`,
			`    because: the login is Pi's`),
		tables: file(
			`edition: "2026-07-02"`,
			`tables:`,
			`  - table: who`,
			`    facts: {who: ["yes", "no"], name: text}`,
			`    rows:`,
			`      - {when: {harness: claude}, then: {who: "yes", name: x}, clauses: [RES-1], because: b}`,
			`      - {when: {}, then: {who: "no", name: "{kind.env}"}, clauses: [RES-2], because: b}`,
			`  - table: again`,
			`    facts: {again: ["yes"]}`,
			`    rows:`,
			`      - {when: {who: ["yes", "no"]}, then: {again: "yes"}, clauses: [RES-3], because: b}`),
	}
}

func loadContract(t testing.TB) *contract.Contract {
	t.Helper()
	c, err := contract.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestLoadSmall(t *testing.T) {
	m, err := LoadFS(small(), contract.Edition20260702, loadContract(t))
	if err != nil {
		t.Fatal(err)
	}
	c, err := m.Parse("pi_core/groq+login=same")
	if err != nil {
		t.Fatal(err)
	}
	x, err := m.Expect(c)
	if err != nil {
		t.Fatal(err)
	}
	if x.Get("who") != "no" || x.Get("name") != "GROQ_API_KEY" || x.Get("again") != "yes" {
		t.Errorf("the expectation is %+v", x)
	}
	if row := x.Facts[0].Row; row != tables+":7" {
		t.Errorf("the first fact was decided at %s", row)
	}
	if got := len(m.Plan(Pairwise, Run{Pi: "fake"}, 1).Cases); got != 6 {
		t.Errorf("%d cells, want 6: the cross of four and two with a login", got)
	}
}

func TestLoadErrors(t *testing.T) {
	const c = "constraints.yaml"
	const axes = "axes.yaml"
	rows := []struct {
		name     string
		file     string
		old, new string
		want     string
	}{
		{"unknown key of an axis", axes, "{name: harness, means: m, main", "{name: harness, means: m, man", `axes.yaml:2:31: unknown field "man"`},
		{"axis without values", axes, "[{name: no-login}, {name: same}]", "[]", `axes.yaml:1:1: axis "login" has no values`},
		{"value that stands twice", axes, "{name: same}", "{name: no-login}", `axes.yaml:1:1: axis "login" has "no-login" twice`},
		{"no provider axis", axes, "name: provider", "name: kind", `axes.yaml:1:1: no axis "provider", which kinds.yaml speaks of`},
		{"unknown axis in a rule", c, "when: {harness: claude", "when: {harnes: claude", `constraints.yaml:10:12: no axis or fact "harnes"; did you mean "harness"?`},
		{"unknown value in a rule", c, "harness: claude", "harness: cluade", `constraints.yaml:10:21: harness has no value "cluade"; did you mean "claude"?`},
		{"unknown value under not", c, "{not: no-login}", "{not: nologin}", `constraints.yaml:10:42: login has no value "nologin"; did you mean "no-login"?`},
		{"another word for not", c, "{not: no-login}", "{except: no-login}", `constraints.yaml:10:36: want a value, a list, or {not: …}`},
		{"unknown group in a cross", c, "@families", "@familes", `constraints.yaml:7:22: axis provider has no group "familes"; did you mean "families"?`},
		{"group of an unknown axis", c, "  provider:\n", "  providers:\n", `constraints.yaml:2:3: no axis "providers"`},
		{"group with an unknown value", c, "[openai, groq]", "[openai, grok]", `constraints.yaml:3:24: axis provider has no value "grok"; did you mean "groq"?`},
		{"rule without a reason", c, "    because: the login is Pi's\n", "", `constraints.yaml:9:5: a rule needs a name, conditions and a reason`},
		{"cross without a reason", c, "    because: each\n", "", `constraints.yaml:5:5: a cross needs a name, axes and a reason`},
		{"unknown key of a rule", c, "  - rule: claude-login", "  - rules: claude-login", `constraints.yaml:9:5: unknown key "rules"; allowed are rule, when, unless, because`},
		{"unknown key of the file", c, "rules:\n", "rule:\n", `constraints.yaml:8:1: unknown key "rule"; allowed are groups, crosses and rules`},
		{"key that stands twice", c, "    when: {harness: claude, ", "    when: {harness: claude, harness: pi_core, ", `constraints.yaml:10:29: mapping key "harness" already defined at [10:12]`},
		{"rule that stands twice", c, "rules:\n", "rules:\n  - rule: claude-login\n    when: {harness: claude}\n    because: b\n", `constraints.yaml:12:5: rule "claude-login" stands here twice`},
		{"unknown provider kind", "kinds.yaml", "groq:", "groqq:", `kinds.yaml:2:1: no provider "groqq"; did you mean "groq"?`},
		{"kind that is no mapping", "kinds.yaml", "{env: GROQ_API_KEY}", "GROQ_API_KEY", `kinds.yaml:2:7: want a mapping`},
		{"unknown axis in a table", tables, "when: {harness: claude}", "when: {harnes: claude}", tables + `:6:17: no axis or fact "harnes"; did you mean "harness"?`},
		{"unknown fact in a row", tables, "then: {again: \"yes\"}", "then: {agian: \"yes\"}", tables + `:11:45: the table does not decide "agian"; did you mean "again"?`},
		{"unknown value of a fact", tables, "then: {again: \"yes\"}", "then: {again: \"yess\"}", tables + `:11:52: again has no value "yess"; did you mean "yes"?`},
		{"fact that no later table has", tables, "when: {who:", "when: {how:", tables + `:11:17: no axis or fact "how"; did you mean "who"?`},
		{"unknown clause", tables, "[RES-3]", "[RES-33]", tables + `:11:70: no clause "RES-33"; did you mean "RES-3"?`},
		{"row without a clause", tables, "clauses: [RES-3], ", "", tables + `:11:9: a row names the clauses it rests on`},
		{"row that leaves a fact open", tables, `, name: x}`, `}`, tables + `:6:9: the row does not decide "name"`},
		{"fact that is decided twice", tables, `facts: {again: ["yes"]}`, `facts: {who: ["yes"]}`, tables + `:9:13: "who" is decided twice`},
		{"fact that is an axis", tables, `facts: {again: ["yes"]}`, `facts: {login: ["yes"]}`, tables + `:9:13: "login" is decided twice`},
		{"table without rows", tables, "  - table: again\n", "  - table: more\n    facts: {more: [\"yes\"]}\n  - table: again\n", tables + `:8:5: a table needs a name, facts and rows`},
		{"wrong edition", tables, "2026-07-02", "2026-07-14", tables + `:1:10: edition "2026-07-14" in the file of "2026-07-02"`},
		{"expectation that depends on who plays Pi", tables, "when: {harness: claude}", "when: {pi: fake}", tables + `:6:17: no axis or fact "pi"`},
	}
	contract := loadContract(t)
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			files := small()
			text := string(files[r.file].Data)
			if !strings.Contains(text, r.old) {
				t.Fatalf("%s has no %q", r.file, r.old)
			}
			files[r.file].Data = []byte(strings.Replace(text, r.old, r.new, 1))
			_, err := LoadFS(files, "2026-07-02", contract)
			if err == nil {
				t.Fatalf("no error, want %s", r.want)
			}
			if got := err.Error(); got != r.want {
				t.Errorf("\n got %s\nwant %s", got, r.want)
			}
		})
	}
}

func TestLoadNotYAML(t *testing.T) {
	for name := range small() {
		for _, text := range []string{"", "{", "- a\n- b\n", "just words", "a: [1\nb: 2", "\t\tx", "a: b\n---\nc: d\n"} {
			files := small()
			files[name] = &fstest.MapFile{Data: []byte(text)}
			_, err := LoadFS(files, contract.Edition20260702, loadContract(t))
			if err == nil {
				t.Errorf("%s with %q is read", name, text)
				continue
			}
			if !regexp.MustCompile(`^` + regexp.QuoteMeta(name) + `:\d+:\d+: .+$`).MatchString(err.Error()) {
				t.Errorf("%s with %q: the error names no place: %s", name, text, err)
			}
		}
	}
}

func TestLoadMissingFile(t *testing.T) {
	for name := range small() {
		files := small()
		delete(files, name)
		if _, err := LoadFS(files, contract.Edition20260702, loadContract(t)); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("without %s: %v", name, err)
		}
	}
}

// TestBuiltInDataInAnotherPlace loads a copy of the built-in data with one slip.
func TestBuiltInDataInAnotherPlace(t *testing.T) {
	files := fstest.MapFS{}
	err := fs.WalkDir(data, "data", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := data.ReadFile(path)
		files[strings.TrimPrefix(path, "data/")] = &fstest.MapFile{Data: text}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := LoadFS(files, contract.Edition20260702, loadContract(t)); err != nil {
		t.Fatal(err)
	}
	slipped := maps.Clone(files)
	slipped["constraints.yaml"] = &fstest.MapFile{Data: []byte(strings.Replace(string(files["constraints.yaml"].Data), "{harness: claude, turn: abort}", "{harness: claude, turn: abrot}", 1))}
	_, err = LoadFS(slipped, contract.Edition20260702, loadContract(t))
	if err == nil || !strings.HasSuffix(err.Error(), `: turn has no value "abrot"; did you mean "abort"?`) {
		t.Errorf("the slip gives %v", err)
	}
	if _, err := LoadFS(files, "2026-01-01", loadContract(t)); err == nil {
		t.Error("an edition without a file is read")
	}
}

func TestExpectFindsHoles(t *testing.T) {
	files := small()
	text := string(files[tables].Data)
	files[tables].Data = []byte(strings.Replace(text, `who: ["yes", "no"]}, then`, `who: "yes"}, then`, 1))
	m, err := LoadFS(files, contract.Edition20260702, loadContract(t))
	if err != nil {
		t.Fatal(err)
	}
	c, err := m.Parse("pi_core/openai")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Expect(c); err == nil || err.Error() != `expect pi_core/openai: table "again" has no row for it` {
		t.Errorf("the hole gives %v", err)
	}
}
