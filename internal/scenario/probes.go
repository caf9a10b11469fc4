package scenario

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/agenta-ai/conform/internal/world"
	"github.com/agenta-ai/conform/matrix"
	"github.com/agenta-ai/conform/subjects/protocol"
)

// offlineProbes ask both offline resolvers for each family's variable, and for
// the one that Together was once given, and then for the whole-vault dump.
func offlineProbes(credential string, m *matrix.Matrix) []world.LabelledProbe {
	var list []world.LabelledProbe
	for _, resolver := range []string{"process-env", "static"} {
		for _, kind := range slices.Sorted(maps.Keys(m.Kinds)) {
			k := m.Kinds[kind]
			if k["family"] == "" {
				continue
			}
			list = append(list, probe(resolver+":"+kind, protocol.ProbeOffline, protocol.OfflineInput{
				Resolver: resolver, Provider: kind, Model: k["built-in"], Env: map[string]string{k["env"]: "offline-value"},
			}))
		}
		list = append(list, probe(resolver+":together_ai:old-name", protocol.ProbeOffline, protocol.OfflineInput{
			Resolver: resolver, Provider: "together_ai", Model: m.Kinds["together_ai"]["built-in"], Env: map[string]string{"TOGETHERAI_API_KEY": "offline-value"},
		}))
	}
	return append(list, probe("dump", protocol.ProbeDump, protocol.DumpInput{Credential: credential}))
}

// functionProbes ask the functions that clauses name.
func functionProbes(turn protocol.Turn) []world.LabelledProbe {
	options := func(texts ...string) []json.RawMessage {
		var list []json.RawMessage
		for _, t := range texts {
			list = append(list, json.RawMessage(t))
		}
		return list
	}
	return []world.LabelledProbe{
		probe("values", protocol.ProbeAllowed, protocol.AllowedInput{
			Options: options(`{"value":"openai/gpt-5.5","name":"GPT"}`, `{"value":"groq/llama-3.1-8b-instant","name":"Llama"}`), Requested: "openai/gpt-5.5"}),
		probe("ids", protocol.ProbeAllowed, protocol.AllowedInput{
			Options: options(`{"id":"openai/gpt-5.5"}`, `{"id":"groq/llama-3.1-8b-instant"}`), Requested: "openai/gpt-5.5"}),
		probe("bare-openai", protocol.ProbeAllowed, protocol.AllowedInput{
			Options: options(`{"value":"openai/gpt-5.5","name":"GPT"}`), Requested: "gpt-5.5"}),
		probe("bare-codex", protocol.ProbeAllowed, protocol.AllowedInput{
			Options: options(`{"value":"openai-codex/gpt-5.5","name":"GPT"}`), Requested: "gpt-5.5"}),
		probe("unsettable", protocol.ProbeAllowed, protocol.AllowedInput{
			Options:   options(`{"value":"openai/gpt-4010","name":"GPT"}`, `{"value":"groq/llama-3.1-8b-instant","name":"Llama"}`),
			Requested: "acme-nowhere-1", Cause: "Model not found: openai/acme-nowhere-1. Allowed values: openai/gpt-4010, groq/llama-3.1-8b-instant"}),
		probe("print", protocol.ProbePrint, protocol.PrintInput{Turn: turn}),
		probe("unknown-harness", protocol.ProbeGate, protocol.GateInput{Harness: "zzz", Provider: "cohere", Deployment: "direct", Mode: "agenta"}),
		probe("vertex", protocol.ProbeGate, protocol.GateInput{Harness: "claude", Provider: "anthropic", Deployment: "vertex", Mode: "agenta"}),
		probe("vertex_ai", protocol.ProbeGate, protocol.GateInput{Harness: "claude", Provider: "anthropic", Deployment: "vertex_ai", Mode: "agenta"}),
		probe("vertex-on-pi", protocol.ProbeGate, protocol.GateInput{Harness: "pi_core", Provider: "anthropic", Deployment: "vertex", Mode: "agenta"}),
		probe("mode", protocol.ProbeGate, protocol.GateInput{Harness: "pi_core", Provider: "openai", Deployment: "direct", Mode: "borrowed"}),
	}
}

func probe(label, name string, input any) world.LabelledProbe {
	return world.LabelledProbe{Label: label, Probe: protocol.Probe{Name: name, Input: encode(input)}}
}
