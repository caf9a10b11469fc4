package scenario

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/agenta-ai/conform/contract"
	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/fakes/vault"
	"github.com/agenta-ai/conform/internal/world"
	"github.com/agenta-ai/conform/matrix"
)

// cell is a cell on Pi, by the parts of its id that matter here.
func cell(record, provider, connection, more string) string {
	return "pi_core/local/" + record + "/" + provider + "/" + connection + "/no-url/built-in/strict-unset" + more
}

func loadMatrix(t *testing.T) *matrix.Matrix {
	t.Helper()
	c, err := contract.Load()
	if err != nil {
		t.Fatal(err)
	}
	m, err := matrix.Load(contract.Edition20260702, c)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func build(t *testing.T, m *matrix.Matrix, id string, seed uint64) world.Scenario {
	t.Helper()
	c, err := m.Parse(id)
	if err != nil {
		t.Fatal(err)
	}
	if rule, because := m.Excluded(c, matrix.Run{Pi: "fake"}); rule != "" {
		t.Fatalf("%s is no cell: %s: %s", id, rule, because)
	}
	s, err := Build(m, c, seed)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// everyCell builds each cell of the default plan.
func everyCell(t *testing.T, look func(c matrix.Case, s world.Scenario)) {
	t.Helper()
	m := loadMatrix(t)
	for _, c := range m.Plan(matrix.Pairwise, matrix.Run{Pi: "fake"}, 1).Cases {
		s, err := Build(m, c, 1)
		if err != nil {
			t.Fatalf("%s: %v", c, err)
		}
		look(c, s)
	}
}

func TestCanaries(t *testing.T) {
	shape := regexp.MustCompile(`^` + Mark + `[a-z]{24}$`)
	values := map[string]string{}
	everyCell(t, func(c matrix.Case, s world.Scenario) {
		labels := map[string]bool{}
		for _, secret := range s.Secrets {
			if !shape.MatchString(secret.Value) {
				t.Errorf("%s: the canary %s is %q", c, secret.Label, secret.Value)
			}
			if owner, taken := values[secret.Value]; taken {
				t.Errorf("%s: %s has the value of %s", c, secret.Label, owner)
			}
			values[secret.Value] = c.ID() + " " + secret.Label
			if labels[secret.Label] {
				t.Errorf("%s: two canaries are called %s", c, secret.Label)
			}
			labels[secret.Label] = true
			if !strings.HasPrefix(secret.Label, string(secret.Role)+":") {
				t.Errorf("%s: %s has role %s", c, secret.Label, secret.Role)
			}
		}
		for _, label := range []string{"caller:platform-key", "foreign:platform-key", "foreign:openrouter"} {
			if !labels[label] {
				t.Errorf("%s has no canary %s", c, label)
			}
		}
	})
}

// TestEveryCanaryIsKnown looks for the mark in all that a scenario holds.
func TestEveryCanaryIsKnown(t *testing.T) {
	marked := regexp.MustCompile(Mark + `[a-z]+`)
	everyCell(t, func(c matrix.Case, s world.Scenario) {
		known := map[string]bool{}
		for _, secret := range s.Secrets {
			known[secret.Value] = true
		}
		s.Secrets = nil
		text, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		for _, value := range marked.FindAllString(string(text), -1) {
			if !known[value] {
				t.Errorf("%s holds %s, which is no canary of it", c, value)
			}
		}
	})
}

func TestBuildIsDeterministic(t *testing.T) {
	m := loadMatrix(t)
	id := cell("custom_provider", "openrouter", "named", "+vault=crowded+credential=junk-extras+login=same")
	one, again, other := build(t, m, id, 1), build(t, m, id, 1), build(t, m, id, 2)
	if !reflect.DeepEqual(one, again) {
		t.Error("one seed gives two scenarios")
	}
	if reflect.DeepEqual(one.Secrets, other.Secrets) {
		t.Error("two seeds give the same canaries")
	}
	if one.Cell != id || one.Edition != contract.Edition20260702 {
		t.Errorf("the scenario is of %s, edition %s", one.Cell, one.Edition)
	}
}

// TestScenarioAsksOneThing looks for exactly one kind of question.
// A scenario goes to lanes on the other side of a pipe.
func TestScenarioIsPlainData(t *testing.T) {
	seen := 0
	everyCell(t, func(c matrix.Case, s world.Scenario) {
		if seen++; seen%7 != 0 && s.Choose == nil {
			return // a comparison takes milliseconds, and neighbours are alike
		}
		text, err := json.Marshal(s)
		if err != nil {
			t.Fatalf("%s: %v", c, err)
		}
		var again world.Scenario
		if err := json.Unmarshal(text, &again); err != nil {
			t.Fatalf("%s: %v", c, err)
		}
		if diff := cmp.Diff(s, again, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s does not survive JSON:\n%s", c, diff)
		}
	})
}

func TestScenarioAsksOneThing(t *testing.T) {
	everyCell(t, func(c matrix.Case, s world.Scenario) {
		asked := 0
		for _, is := range []bool{s.Turn != nil, s.Direct != "", s.Health, s.Catalog, s.Envmap, s.Picker != nil, len(s.Probes) > 0 && !s.Envmap} {
			if is {
				asked++
			}
		}
		if asked != 1 {
			t.Errorf("%s asks %d things", c, asked)
		}
		if (s.Choose != nil) != c.Is("observe", "picker-turn") || s.Abort != (c.Is("turn", "abort") && s.Turn != nil) {
			t.Errorf("%s: choice %v, abort %v", c, s.Choose != nil, s.Abort)
		}
		if s.Record != (c.Is("harness", "claude", "codex") || !c.Is("runner", "sound") || c.Is("gateway", "served")) || s.ReadOnlyTemp != c.Is("disk", "blocked") {
			t.Errorf("%s: record %v, read-only %v", c, s.Record, s.ReadOnlyTemp)
		}
	})
}

func TestLLM(t *testing.T) {
	m := loadMatrix(t)
	const id = `"moonshotai/kimi-k2.6"`
	const agenta = `"connection":{"mode":"agenta","slug":"main"}`
	custom := "pi_core/local/custom_provider/custom/named/base-url/custom-id/strict-unset"
	rows := []struct{ name, cell, want string }{
		{"object", cell("custom_provider", "openrouter", "named", ""), `{` + agenta + `,"model":` + id + `,"provider":"openrouter"}`},
		{"text", cell("custom_provider", "openrouter", "default", "+spelling=text"), `"openrouter/moonshotai/kimi-k2.6"`},
		{"bare", cell("custom_provider", "groq", "default", "+spelling=bare"), `"llama-3.1-8b-instant"`},
		{"bare, named", cell("custom_provider", "openrouter", "named", "+spelling=bare"), `{` + agenta + `,"model":` + id + `}`},
		{"key", cell("custom_provider", "openrouter", "named", "+spelling=key"), `{` + agenta + `,"model":"main/openrouter/moonshotai/kimi-k2.6"}`},
		{"key and provider", cell("custom_provider", "openrouter", "named", "+spelling=key-and-provider"), `{` + agenta + `,"model":"main/openrouter/moonshotai/kimi-k2.6","provider":"openrouter"}`},
		{"kind prefix", cell("custom_provider", "openrouter", "named", "+spelling=kind-prefix"), `{` + agenta + `,"model":"openrouter/moonshotai/kimi-k2.6","provider":"openrouter"}`},
		{"upper kind", cell("custom_provider", "openrouter", "named", "+spelling=upper-kind"), `{` + agenta + `,"model":` + id + `,"provider":"openrouter"}`},
		{"default", cell("provider_key", "openrouter", "default", ""), `{"connection":{"mode":"agenta"},"model":` + id + `,"provider":"openrouter"}`},
		{"self-managed", cell("no-record", "openrouter", "self-managed", ""), `{"connection":{"mode":"self_managed"},"model":` + id + `,"provider":"openrouter"}`},
		{"misnamed", cell("custom_provider", "openrouter", "named", "+vault=misnamed"), `{"connection":{"mode":"agenta","slug":"mian"},"model":` + id + `,"provider":"openrouter"}`},
		{"mismatch", cell("custom_provider", "openrouter", "named", "+vault=mismatch"), `{` + agenta + `,"model":` + id + `,"provider":"groq"}`},
		{"no model", strings.Replace(cell("provider_key", "openai", "named", ""), "built-in", "no-model", 1), `{` + agenta + `,"provider":"openai"}`},
		{"custom on Pi", custom, `{` + agenta + `,"model":"acme-finetune-7b","provider":"openai"}`},
		{"custom on Claude", strings.Replace(custom, "pi_core", "claude", 1), `{` + agenta + `,"model":"acme-finetune-7b","provider":"anthropic"}`},
		{"family id", strings.Replace(custom, "custom-id", "family-id", 1), `{` + agenta + `,"model":"openai/gpt-oss-20b","provider":"openai"}`},
		{"cloud on Claude", strings.Replace(cell("custom_provider", "bedrock", "named", ""), "pi_core", "claude", 1), `{` + agenta + `,"model":"sonnet"}`},
		{"cloud by default", cell("custom_provider", "azure", "default", ""), `{"connection":{"mode":"agenta"},"model":"gpt-4o-mini","provider":"azure"}`},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			s := build(t, m, r.cell, 1)
			if s.Turn == nil || string(s.Turn.LLM) != r.want {
				t.Errorf("got %s, want %s", s.Turn.LLM, r.want)
			}
		})
	}
}

// mainRecord is the chosen record of a scenario, and the value of its key's canary.
func mainRecord(t *testing.T, s world.Scenario) (r vault.Record, chosen string) {
	t.Helper()
	for _, secret := range s.Secrets {
		if secret.Role == evidence.RoleChosen && secret.Name == Slug {
			chosen = secret.Value
		}
	}
	for _, records := range s.Vault {
		for _, r := range records {
			if r.Slug == Slug {
				return r, chosen
			}
		}
	}
	t.Fatal("no chosen record")
	return r, chosen
}

func TestRecordShapes(t *testing.T) {
	m := loadMatrix(t)
	rows := []struct {
		name, cell string
		key        bool   // provider.key is the canary
		extra      string // extra that is the canary
		others     []string
	}{
		{"key", cell("custom_provider", "openrouter", "named", ""), true, "", nil},
		{"plain key", cell("provider_key", "openrouter", "named", ""), true, "", nil},
		{"extras key", cell("custom_provider", "openrouter", "named", "+credential=extras-key"), false, "api_key", nil},
		{"extras variable", cell("custom_provider", "together_ai", "named", "+credential=extras-variable"), false, "TOGETHER_API_KEY", nil},
		{"junk extras", cell("custom_provider", "openrouter", "named", "+credential=junk-extras"), true, "", []string{"NODE_OPTIONS", "PATH", "note", "ANTHROPIC_AUTH_TOKEN", "GROQ_API_KEY", "OPENAI_API_KEY", "AWS_SECRET_ACCESS_KEY"}},
		{"cloud extras", strings.Replace(cell("custom_provider", "bedrock", "named", "+credential=cloud-extras"), "pi_core", "claude", 1), false, "aws_secret_access_key", []string{"aws_region_name", "aws_access_key_id", "aws_session_token"}},
		{"vertex", strings.Replace(cell("custom_provider", "vertex_ai", "named", ""), "pi_core", "claude", 1), true, "", []string{"vertex_ai_project", "vertex_ai_location", "vertex_ai_credentials"}},
		{"no key", cell("custom_provider", "openrouter", "named", "+credential=no-key"), false, "", nil},
		{"plain no key", cell("provider_key", "openrouter", "named", "+credential=no-key"), false, "", nil},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			record, chosen := mainRecord(t, build(t, m, r.cell, 1))
			p := record.Data.Provider
			if want := map[bool]string{true: chosen}[r.key]; p.Key != want || chosen == "" {
				t.Errorf("the key is %q, want %q", p.Key, want)
			}
			names := r.others
			if r.extra != "" {
				names = append(names, r.extra)
				if p.Extras[r.extra] != chosen {
					t.Errorf("the extra %s is %q, want %q", r.extra, p.Extras[r.extra], chosen)
				}
			}
			if len(p.Extras) != len(names) {
				t.Errorf("the extras are %v, want %v", p.Extras, names)
			}
			for _, name := range names {
				if p.Extras[name] == nil {
					t.Errorf("no extra %s", name)
				}
			}
		})
	}
}

func TestVaultShapes(t *testing.T) {
	m := loadMatrix(t)
	rows := []struct {
		cell string
		want string // name kind of each record of the caller
	}{
		{cell("no-record", "openrouter", "default", ""), ""},
		{cell("custom_provider", "openrouter", "named", "+spelling=upper-kind"), "main OPENROUTER"},
		{cell("custom_provider", "openrouter", "default", "+vault=twins"), "spare openrouter, main openrouter"},
		{cell("custom_provider", "openrouter", "default", "+vault=twins-default"), "spare openrouter, default openrouter"},
		{cell("custom_provider", "openrouter", "named", "+vault=same-name"), "main openrouter, main openrouter"},
		{cell("provider_key", "mistralai", "named", "+vault=crowded"), "openai-key openai, anthropic-key anthropic, gemini-key gemini, minimax-key minimax, groq-key groq, together_ai-key together_ai, openrouter-key openrouter, cohere-key cohere, main mistralai"},
	}
	for _, r := range rows {
		s := build(t, m, r.cell, 1)
		var got []string
		for credential, records := range s.Vault {
			for _, record := range records {
				if record.Slug != foreignTenant {
					got = append(got, record.Slug+" "+record.Data.Kind)
				}
			}
			if !strings.HasPrefix(credential, "ApiKey "+Mark) {
				t.Errorf("%s: the vault is read with %q", r.cell, credential)
			}
		}
		if list := strings.Join(got, ", "); list != r.want || len(s.Vault) != 2 {
			t.Errorf("%s: %d vaults, the caller's holds %q, want %q", r.cell, len(s.Vault), list, r.want)
		}
	}
}

// TestKnowsNoExpectedResult looks for the tables' names in the source.
func TestKnowsNoExpectedResult(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok && slices.Contains([]string{"Expectation", "Expect", "Fact", "Facts"}, sel.Sel.Name) {
				t.Errorf("%s speaks of %s", name, sel.Sel.Name)
			}
			return true
		})
		for _, imported := range file.Imports {
			if path := strings.Trim(imported.Path.Value, `"`); strings.HasSuffix(path, "/suites") || strings.HasSuffix(path, "/verdict") {
				t.Errorf("%s imports %s", name, path)
			}
		}
	}
}
