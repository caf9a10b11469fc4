package validate_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/agenta-ai/conform/subjects/protocol"
	"github.com/agenta-ai/conform/subjects/protocol/validate"
)

func validator(t *testing.T) *validate.Validator {
	t.Helper()
	v, err := validate.New()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestGoodLines(t *testing.T) {
	v := validator(t)
	for _, line := range []string{
		`{"jsonrpc":"2.0","id":1,"method":"describe"}`,
		`{"jsonrpc":"2.0","id":2,"method":"invoke","params":{"id":"t","credential":"ApiKey x","harness":"pi_core","sandbox":"local","llm":{"model":"m","provider":"openrouter","connection":{"mode":"agenta","slug":"main"}},"messages":[{"role":"user","content":"hi"}],"stream":false}}`,
		`{"jsonrpc":"2.0","id":2,"method":"invoke","params":{"id":"t","credential":"","harness":"pi_core","sandbox":"local","llm":"openrouter/x","messages":[],"stream":true}}`,
		`{"jsonrpc":"2.0","method":"cancel","params":{"id":"t"}}`,
		`{"jsonrpc":"2.0","id":3,"method":"probe","params":{"name":"gate","input":{"harness":"pi_core","provider":"openai","deployment":"direct","mode":"agenta"}}}`,
		`{"jsonrpc":"2.0","id":9,"method":"shutdown"}`,
	} {
		if err := v.Line(protocol.ToDriver, "", []byte(line)); err != nil {
			t.Errorf("%s: %v", line, err)
		}
	}
	for method, lines := range map[string][]string{
		"describe": {`{"jsonrpc":"2.0","id":1,"result":{"name":"x","version":"1","protocol":"1.0","editions":["2026-07-02"],"capabilities":["resolve","run"],"harnesses":["pi_core"],"sandboxes":null,"probes":["gate"]}}`},
		"prepare":  {`{"jsonrpc":"2.0","id":1,"result":{}}`, `{"jsonrpc":"2.0","id":1,"result":{"runner_url":"http://127.0.0.1:1"}}`},
		"invoke": {
			`{"jsonrpc":"2.0","id":1,"result":{"ok":true,"status":200,"reply":"hi","model":"openrouter/x","raw":"{}","deltas":null,"events":[{"type":"done"}]}}`,
			`{"jsonrpc":"2.0","id":1,"result":{"ok":false,"status":422,"reply":"","model":"","raw":"","error":{"class":"UnsupportedProviderError","stage":"gate","message":"no"}}}`,
			`{"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"broken"}}`,
		},
		"envmap":   {`{"jsonrpc":"2.0","id":1,"result":{"copies":[{"name":"vault","vars":{"openai":"OPENAI_API_KEY"}}],"cleared":[]}}`},
		"picker":   {`{"jsonrpc":"2.0","id":1,"result":{"groups":[{"label":"main","options":[{"label":"m","value":"m","llm":{"model":"m"}}]}],"connections":null,"entries":null}}`},
		"shutdown": {`{"jsonrpc":"2.0","id":1,"result":null}`},
	} {
		for _, line := range lines {
			if err := v.Line(protocol.FromDriver, method, []byte(line)); err != nil {
				t.Errorf("%s: %s: %v", method, line, err)
			}
		}
	}
}

func TestBadLines(t *testing.T) {
	v := validator(t)
	for _, line := range []string{
		`{"id":1,"method":"describe"}`,
		`{"jsonrpc":"2.0","id":1,"method":"dance"}`,
		`{"jsonrpc":"2.0","id":1,"method":"invoke"}`,
		`{"jsonrpc":"2.0","id":1,"method":"invoke","params":{"id":"t"}}`,
		`{"jsonrpc":"2.0","id":1,"method":"probe","params":{"name":"gate","input":{"harness":"pi_core"}}}`,
		`{"jsonrpc":"2.0","id":1,"method":"cancel","params":{"id":"t"}}`,
	} {
		if err := v.Line(protocol.ToDriver, "", []byte(line)); err == nil {
			t.Errorf("accepted: %s", line)
		}
	}
	for method, line := range map[string]string{
		"describe": `{"jsonrpc":"2.0","id":1,"result":{"name":"","version":"1","protocol":"1.0","editions":[],"capabilities":[],"harnesses":[],"sandboxes":[]}}`,
		"catalog":  `{"jsonrpc":"2.0","id":1,"result":{"harnesses":[{"key":"pi_core"}]}}`,
		"invoke":   `{"jsonrpc":"2.0","id":1,"result":{"ok":true,"status":"200","reply":"","model":"","raw":""}}`,
		"picker":   `{"jsonrpc":"2.0","id":1,"result":{"groups":[],"connections":[],"entries":[]},"error":{"code":1,"message":"both"}}`,
		"envmap":   `{"jsonrpc":"2.0","id":1}`,
		"nothing":  `not json`,
	} {
		if err := v.Line(protocol.FromDriver, method, []byte(line)); err == nil {
			t.Errorf("accepted: %s", line)
		}
	}
}

// The Go types and the schema are two writings of one thing: every member of
// one is a member of the other, and every value of the Go types is valid.
func TestSchemaAndTypesAgree(t *testing.T) {
	v := validator(t)
	var doc struct {
		Defs map[string]struct {
			Properties map[string]json.RawMessage `json:"properties"`
		} `json:"$defs"`
	}
	if err := json.Unmarshal(protocol.Schema(), &doc); err != nil {
		t.Fatal(err)
	}
	types := []any{
		protocol.Description{Name: "x", Protocol: "1.0"}, protocol.World{}, protocol.Prepared{}, protocol.Turn{ID: "1"},
		protocol.Skill{}, protocol.Message{}, protocol.Outcome{}, protocol.Failure{}, protocol.Cancel{}, protocol.Catalog{},
		protocol.Harness{}, protocol.PickerQuery{}, protocol.Picker{}, protocol.PickerEntry{}, protocol.OptionGroup{},
		protocol.Option{}, protocol.Envmap{}, protocol.EnvCopy{}, protocol.ProbeResult{Output: json.RawMessage("{}")},
		protocol.Probe{Name: "offline", Input: json.RawMessage(`{"resolver":"static","env":null,"provider":"","model":""}`)},
		protocol.OfflineInput{Resolver: "static"}, protocol.OfflineOutput{}, protocol.DumpInput{}, protocol.DumpOutput{},
		protocol.AllowedInput{}, protocol.AllowedOutput{}, protocol.PrintInput{Turn: protocol.Turn{ID: "1"}},
		protocol.PrintOutput{}, protocol.GateInput{}, protocol.GateOutput{}, protocol.RPCError{},
	}
	seen := map[string]bool{"Request": true, "Response": true, "Results": true}
	for _, value := range types {
		name := reflect.TypeOf(value).Name()
		seen[name] = true
		text, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		if err := v.Shape(name, text); err != nil {
			t.Errorf("the zero %s is not valid: %v", name, err)
		}
		for member := range doc.Defs[name].Properties {
			if !slices.Contains(members(reflect.TypeOf(value)), member) {
				t.Errorf("%s.%s is in the schema only", name, member)
			}
		}
		for _, member := range members(reflect.TypeOf(value)) {
			if _, ok := doc.Defs[name].Properties[member]; !ok {
				t.Errorf("%s.%s is in the Go type only", name, member)
			}
		}
	}
	for name := range doc.Defs {
		if !seen[name] {
			t.Errorf("no Go type for %s", name)
		}
	}
}

func members(t reflect.Type) []string {
	var names []string
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		names = append(names, name)
	}
	return names
}
