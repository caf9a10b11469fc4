package tools_test

import (
	"encoding/json"
	"testing"

	"github.com/agenta-ai/conform/fakes/pi/catalog"
	"github.com/agenta-ai/conform/fakes/pi/internal/jsval"
	"github.com/agenta-ai/conform/fakes/pi/internal/persona"
	"github.com/agenta-ai/conform/fakes/pi/internal/tools"
)

// Texts are as long as the catalogue says, and schemas are its own.
func TestNewKit(t *testing.T) {
	t.Parallel()
	kit := tools.New([]catalog.Tool{
		{Name: "read", Snippet: 3, Rules: []int{20}, Description: 30, Parameters: json.RawMessage(`{"required":["path"],"properties":{"path":{"description":9}}}`)},
		{Name: "ls", Description: 5, Parameters: json.RawMessage(`{}`)}, // which is not played
	})
	if len(kit) != 1 {
		t.Fatalf("tools %+v", kit)
	}
	read := kit[0]
	if len(read.Description) != 30 || len(read.Snippet) != 3 || len(read.Rules[0]) != len("- ")+20 {
		t.Errorf("texts of %+v", read)
	}
	if got, want := string(read.Parameters), `{"required":["path"],"properties":{"path":{"description":"As the na"}}}`; got != want {
		t.Errorf("schema %s, want %s", got, want)
	}
	for old, want := range map[bool]string{true: "read", false: ""} { // how the conversation has them has no label
		text := kit.Described(persona.Personality{RPC: persona.RPC{SystemFirst: !old}})
		if v, err := jsval.Parse(string(text)); err != nil || len(v.Items()) != 1 || v.Items()[0].Get("label").String() != want {
			t.Errorf("described %s, want the label %q", text, want)
		}
	}
	if kit.Only([]string{"bash"}).Described(persona.Personality{}) != nil {
		t.Error("no tools are described")
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	kit := tools.New([]catalog.Tool{{Name: "read", Parameters: json.RawMessage(`{"required":["path"]}`)}})
	for _, c := range []struct{ name, args, want string }{
		{"read", `{"path":"x"}`, ""},
		{"read", `{}`, "Validation failed for tool \"read\":\n  - path: must have required properties path\n\nReceived arguments:\n{}"},
		{"nope", `{}`, "Tool nope not found"},
	} {
		args, err := jsval.Parse(c.args)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if err := kit.Check(c.name, args); err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s %s: %q, want %q", c.name, c.args, got, c.want)
		}
	}
}
