package suites

import (
	"cmp"
	"strings"
	"testing"

	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/fakes/providers"
	"github.com/agenta-ai/conform/fakes/vault"
	"github.com/agenta-ai/conform/subjects/protocol"
)

// stagePicker is what a picker offers that does everything right: a built-in
// group, and one for the project's connection where the harness reaches it.
func stagePicker(in In) *protocol.Picker {
	p := &protocol.Picker{Groups: []protocol.OptionGroup{{Label: "openrouter", Options: []protocol.Option{
		option("built-in", "", "openrouter", "moonshotai/kimi-k2.6"), option("built-in", "", "openrouter", "openrouter/auto"),
	}}}}
	if !in.Case.Is("record", "custom_provider") {
		return p
	}
	r := stageRecord(in)
	p.Entries = []protocol.PickerEntry{{Type: "custom_provider", Name: "main", Provider: r.Data.Kind, Models: slugs(r)}}
	family := cmp.Or(in.Kind["family"], in.Case.Get("provider"))
	onClaude := in.Case.Is("harness", "claude")
	switch {
	case family == "custom" && onClaude:
		family = "anthropic"
	case family == "custom":
		family = "openai"
	case onClaude && family != "anthropic" && family != "bedrock" && family != "vertex_ai", !onClaude && in.Kind["pi"] == "":
		return p
	}
	group := protocol.OptionGroup{Label: "main"}
	for _, id := range slugs(r) {
		group.Options = append(group.Options, option("connection", "main", family, id))
	}
	p.Groups = append(p.Groups, group)
	p.Connections = []protocol.Option{{Label: "main", Value: "main", Slug: "main"}, {Label: "groq-key", Value: "groq-key", Slug: "groq-key"}}
	return p
}

func option(source, slug, provider, id string) protocol.Option {
	value := id
	if slug != "" {
		value = slug + "/" + id
	}
	return protocol.Option{Label: id, Value: value, Source: source, Slug: slug, Provider: provider, LLM: jsonOf(map[string]any{
		"model": id, "provider": provider, "connection": map[string]string{"mode": "agenta", "slug": slug}})}
}

func slugs(r vault.Record) []string {
	var list []string
	for _, m := range r.Data.Models {
		list = append(list, m.Slug)
	}
	return list
}

func stagedCall(model string) []providers.Call {
	return []providers.Call{{Method: "POST", Host: "api.groq.com", Model: model, Key: otherMark}}
}

func TestPick(t *testing.T) {
	cell := func(harness, provider, more string) string {
		return harness + "/local/custom_provider/" + provider + "/named/" + more
	}
	const picker = "no-url/built-in/strict-unset+observe=picker"
	openrouter := cell("pi_core", "openrouter", picker)
	custom := cell("pi_core", "custom", "base-url/custom-id/strict-unset+observe=picker")
	nothing := "pi_core/local/no-record/openrouter/default/no-url/built-in/strict-unset+observe=picker"
	turn := plainCell + "+observe=picker-turn"

	noPicker := func(ev *evidence.Evidence) { ev.Picker = nil }
	noGroup := func(ev *evidence.Evidence) { ev.Picker.Groups = ev.Picker.Groups[:1] }
	offered := func(o protocol.Option) func(*evidence.Evidence) {
		return func(ev *evidence.Evidence) {
			ev.Picker.Groups = append(ev.Picker.Groups, protocol.OptionGroup{Label: "more", Options: []protocol.Option{o}})
		}
	}
	entryModels := func(models ...string) func(*evidence.Evidence) {
		return func(ev *evidence.Evidence) { ev.Picker.Entries[0].Models = models }
	}
	first := func(change func(*protocol.Option)) func(*evidence.Evidence) {
		return func(ev *evidence.Evidence) { change(&ev.Picker.Groups[1].Options[0]) }
	}
	const absent = "the picker Expected <*protocol.Picker | 0x0>: nil not to be nil"
	judgeFlaws(t, pick(), []flaw{
		{clause: "PICK-1", name: "models lost", cell: openrouter, spoil: entryModels(), want: []string{
			"models of the vault entry Expected <[]string | len:0, cap:0>: nil to equal <[]string | len:3, cap:4>: […"}},
		{clause: "PICK-1", name: "entry lost", cell: openrouter, spoil: func(ev *evidence.Evidence) { ev.Picker.Entries[0].Name = "x" }, want: []string{"vault entries of the picker…"}},
		{clause: "PICK-1", name: "no picker", cell: openrouter, spoil: noPicker, want: []string{absent}},
		{clause: "PICK-2", name: "no group", cell: openrouter, spoil: noGroup, want: []string{
			"options of the project's connection Expected <[]protocol.Option | len:0, cap:2>: [] not to be empty", "models of the project's connection among the options…"}},
		{clause: "PICK-3", name: "offered", cell: cell("claude", "groq", picker), spoil: offered(option("connection", "main", "groq", "x")), want: []string{
			`options of a connection that cannot be reached Expected <[]string | len:1, cap:1>: ["x"] to be empty`}},
		{clause: "PICK-4", name: "offered", cell: nothing, spoil: offered(option("connection", "main", "openrouter", "x")), want: []string{
			`options of a connection that cannot be reached Expected <[]string | len:1, cap:1>: ["x"] to be empty`}},
		{clause: "PICK-4", name: "nothing built in", cell: nothing, spoil: func(ev *evidence.Evidence) { ev.Picker.Groups = nil }, want: []string{
			"built-in options Expected <[]protocol.Option | len:0, cap:0>: nil not to be empty"}},
		{clause: "PICK-4", name: "no picker", cell: nothing, spoil: noPicker, want: []string{
			absent, "built-in options Expected <[]protocol.Option | len:0, cap:0>: nil not to be empty"}},
		{clause: "PICK-5", name: "no source", cell: openrouter, spoil: offered(protocol.Option{Label: "odd"}), want: []string{
			`where option "odd" says it comes from Expected <[]string | len:2, cap:2>: ["built-in", "connection"] to contain element matching <string>:`}},
		{clause: "PICK-5", name: "no group", cell: openrouter, spoil: noGroup, want: []string{
			"options of the project's connection, which carry its slug Expected <[]protocol.Option | len:0, cap:2>: [] not to be empty"}},
		{clause: "PICK-6", name: "dropdown differs", cell: openrouter, spoil: func(ev *evidence.Evidence) { ev.Picker.Connections = ev.Picker.Connections[1:] }, want: []string{
			`connections in the model options beside those in the dropdown Expected <[]string | len:1, cap:1>: ["main"] to consist of <[]interface {} | len:0, cap:0>: [] the extra elements were <[]string | len:1, cap:1>: ["main"]`}},
		{clause: "PICK-6", name: "no picker", cell: openrouter, spoil: noPicker, want: []string{absent}},
		{clause: "PICK-7", name: "not offered", cell: turn, spoil: noAnswer, want: []string{
			"a turn with the picked model; the picker does not offer moonshotai/kimi-k2.6 Expected <*protocol.Outcome | 0x0>: nil not to be nil"}},
		{clause: "PICK-7", name: "whole key and another's key", cell: turn, spoil: func(ev *evidence.Evidence) {
			body("model", "main/openrouter/x")(ev)
			ev.Providers[0].Key, ev.Providers[0].Model = otherMark, "main/openrouter/x"
		}, want: []string{
			"model of the run request…",
			"model of the request to openrouter.ai Expected <string>: main/openrouter/x to equal <string>: moonshotai/kimi-k2.6",
			"key of the request to openrouter.ai Expected <string>: «other:groq-key» to equal <string>: «chosen:main»"}},
		{clause: "PICK-8", name: "another route", cell: openrouter, spoil: func(ev *evidence.Evidence) { ev.Vault[0].Path = "/api/secrets/1" }, want: []string{
			"vault call 0 Expected <string>: GET /api/secrets/1 to have suffix <string>: /secrets/"}},
		{clause: "PICK-9", name: "twice", cell: openrouter, spoil: offered(option("connection", "main", "openrouter", "moonshotai/kimi-k2.6")), want: []string{
			"options of the project's connection for moonshotai/kimi-k2.6…", `options with the identity "main/moonshotai/kimi-k2.6 main" Expected <int>: 2 to equal <int>: 1`}},
		{clause: "PICK-9", name: "no group", cell: openrouter, spoil: noGroup, want: []string{
			"options of the project's connection for moonshotai/kimi-k2.6 Expected <[]string | len:0, cap:0>: nil to have length 1"}},
		{clause: "PICK-10", name: "no choices", cell: catalogCell, spoil: func(ev *evidence.Evidence) { ev.Catalog.Harnesses[0].ModelChoices = nil }, want: []string{
			"static grouped choices of llm.model for pi_core Expected <[]protocol.OptionGroup | len:0, cap:0>: nil not to be empty"}},
		{clause: "PICK-11", name: "other models", cell: custom, spoil: entryModels("other"), want: []string{
			`models of the vault entry Expected <[]string | len:1, cap:1>: ["other"] to equal <[]string | len:2, cap:2>: ["acme-finetune-7b", "openai/gpt-oss-20b"]`}},
		{clause: "PICK-12", name: "offered", cell: cell("pi_core", "azure", picker), spoil: offered(option("connection", "main", "azure", "x")), want: []string{
			`options of a connection that cannot be reached Expected <[]string | len:1, cap:1>: ["x"] to be empty`}},
		{clause: "PICK-14", name: "kind stored", cell: custom, spoil: first(func(o *protocol.Option) { o.LLM = jsonOf(map[string]string{"provider": "custom"}) }), want: []string{
			`provider stored with option "acme-finetune-7b" Expected <string>: custom to equal <string>: openai`}},
		{clause: "PICK-14", name: "no group", cell: openrouter, spoil: noGroup, want: []string{
			"options of the project's connection Expected <[]protocol.Option | len:0, cap:2>: [] not to be empty"}},
		{clause: "PICK-15", name: "no group", cell: custom, spoil: noGroup, want: []string{
			"options of a connection of kind custom Expected <[]protocol.Option | len:0, cap:2>: [] not to be empty"}},
	})
}

func TestStoredChoice(t *testing.T) {
	rows := []struct{ text, model, slug string }{
		{`{"model":"a","provider":"p","connection":{"mode":"agenta","slug":"main"}}`, "a", "main"},
		{`"openrouter/a"`, "", ""}, {`{`, "", ""}, {``, "", ""}, {`{"model":1}`, "", ""},
	}
	for _, r := range rows {
		got := stored(protocol.Option{LLM: []byte(r.text)})
		if got.Model != r.model || got.Connection.Slug != r.slug {
			t.Errorf("%s is read as %+v", strings.TrimSpace(r.text), got)
		}
	}
}
