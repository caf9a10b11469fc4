package picker_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"

	"github.com/agenta-ai/conform/subjects/reference/capability"
	"github.com/agenta-ai/conform/subjects/reference/edition"
	"github.com/agenta-ai/conform/subjects/reference/picker"
	"github.com/agenta-ai/conform/subjects/reference/vault"
)

func records(t *testing.T) []vault.Record {
	t.Helper()
	var out []vault.Record
	for _, kind := range []string{"openrouter", "custom", "anthropic", "mistralai", "bedrock", "azure", "cohere"} {
		raw := `{"kind":"custom_provider","header":{"name":"my-` + kind + `"},"data":{"kind":"` + kind + `","provider":{"key":"sk-canary"},"models":[{"slug":"gpt-4o"},{"slug":"openai/gpt-4o"}]}}`
		var r vault.Record
		if err := json.Unmarshal([]byte(raw), &r); err != nil {
			t.Fatal(err)
		}
		out = append(out, r)
	}
	return out
}

func harness(t *testing.T, key string) capability.Harness {
	t.Helper()
	h, ok := capability.NewTable(edition.Plan()).Lookup(key)
	if !ok {
		t.Fatal(key)
	}
	return h
}

func TestGroups(t *testing.T) {
	for _, tc := range []struct {
		harness string
		custom  []string
		family  map[string]string
	}{
		{"pi_core", []string{"my-openrouter", "my-custom", "my-anthropic", "my-mistralai"},
			map[string]string{"my-openrouter": "openrouter", "my-custom": "openai", "my-mistralai": "mistral"}},
		{"claude", []string{"my-anthropic", "my-bedrock"}, map[string]string{"my-bedrock": "anthropic"}},
	} {
		t.Run(tc.harness, func(t *testing.T) {
			h := harness(t, tc.harness)
			plain, all := picker.Groups(h, nil), picker.Groups(h, records(t))
			if !reflect.DeepEqual(plain, all[:len(plain)]) {
				t.Error("the built-in groups are not the same")
			}
			var labels []string
			seen := map[string]bool{}
			for _, g := range all[len(plain):] {
				labels = append(labels, g.Label)
				for _, o := range g.Options {
					choice := o.LLM.(picker.Choice)
					if want := tc.family[g.Label]; want != "" && choice.Provider != want {
						t.Errorf("%s stores provider %s, want %s", g.Label, choice.Provider, want)
					}
					if o.Source != picker.SourceConnection || choice.Model != o.Label || choice.Connection.Slug != g.Label || seen[o.Value] {
						t.Errorf("option %+v", o)
					}
					seen[o.Value] = true
				}
			}
			if !slices.Equal(labels, tc.custom) {
				t.Errorf("groups %v, want %v", labels, tc.custom)
			}
			var dropdown []string
			for _, o := range picker.Connections(h, records(t), "") {
				dropdown = append(dropdown, o.Slug)
			}
			if !slices.Equal(dropdown, tc.custom) {
				t.Errorf("dropdown %v, want %v", dropdown, tc.custom)
			}
		})
	}
}

func TestConnectionsNarrowedByProvider(t *testing.T) {
	for provider, want := range map[string]string{"openai": "my-custom", "mistral": "my-mistralai", "mistralai": "my-mistralai"} {
		got := picker.Connections(harness(t, "pi_core"), records(t), provider)
		if len(got) != 1 || got[0].Slug != want {
			t.Errorf("%s: %v", provider, got)
		}
	}
}

func TestEntriesKeepModels(t *testing.T) {
	entries := picker.Entries(records(t))
	if len(entries) != 7 || !slices.Equal(entries[0].Models, []string{"gpt-4o", "openai/gpt-4o"}) || entries[0].Type != "custom_provider" {
		t.Errorf("entries = %+v", entries)
	}
}
