package scenario

import (
	"strings"

	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/fakes/vault"
)

// records are what the caller's vault holds.
func (b *builder) records() []vault.Record {
	var list []vault.Record
	if b.c.Is("vault", "crowded") || b.c.Is("observe", "envmap") { // the dump needs keys to dump
		list = b.crowd()
	}
	if b.c.Is("record", "no-record") {
		return list
	}
	name := b.name()
	chosen := b.record(name, evidence.RoleChosen, name, b.models())
	if b.c.Is("vault", "renamed") {
		chosen.Header.Name = "Team gateway"
	}
	list = append(list, chosen)
	switch b.c.Get("vault") {
	case "twins", "twins-default":
		list = append([]vault.Record{b.record("spare", evidence.RoleOther, "spare", b.models())}, list...)
	case "same-name":
		list = append([]vault.Record{b.record(name, evidence.RoleOther, "same-name", []string{"acme/another-model"})}, list...)
	case "same-name-same-models":
		list = append([]vault.Record{b.record(name, evidence.RoleOther, "same-name", b.models())}, list...)
	}
	return list
}

// models are the ids that a custom record lists: all fixtures of its kind but
// the one that nobody serves.
func (b *builder) models() []string {
	var ids []string
	for _, axis := range []string{"built-in", "slash-id", "custom-id", "family-id"} {
		if id := b.k[axis]; id != "" {
			ids = append(ids, id)
		}
	}
	if b.id == "sonnet" {
		ids = append(ids, b.id)
	}
	return ids
}

// othersVariables are variables of several vendors. A record that holds one of
// another vendor's among its extras must not get it into a run.
var othersVariables = []string{"ANTHROPIC_AUTH_TOKEN", "GROQ_API_KEY", "OPENAI_API_KEY", "AWS_SECRET_ACCESS_KEY"}

// record is one record of the case's kind, with its key where the case wants it.
// Role and label are those of its canaries.
func (b *builder) record(name string, role evidence.Role, label string, models []string) vault.Record {
	kind := b.c.Get("provider")
	key := b.p.plant(role, kind, label)
	if b.c.Is("record", "provider_key") {
		if b.c.Is("credential", "no-key") {
			key = ""
		}
		return vault.Key(name, kind, key)
	}
	if b.c.Is("spelling", "upper-kind") {
		kind = strings.ToUpper(kind)
	}
	p := vault.Provider{URL: b.baseURL(), Extras: map[string]any{}}
	switch b.c.Get("credential") {
	case "key":
		p.Key = key
	case "extras-key":
		p.Extras["api_key"] = key
	case "extras-variable":
		p.Extras[b.k["env"]] = key
	case "junk-extras":
		p.Key, p.Version = key, APIVersion
		p.Extras["NODE_OPTIONS"] = "--require=" + b.p.plant(evidence.RoleExtra, "", label+".NODE_OPTIONS")
		p.Extras["PATH"] = b.p.plant(evidence.RoleExtra, "", label+".PATH")
		p.Extras["note"] = b.p.plant(evidence.RoleExtra, "", label+".note")
		for _, name := range othersVariables {
			vendor, _, _ := strings.Cut(name, "_")
			if own, _, _ := strings.Cut(b.k["env"], "_"); vendor != own {
				p.Extras[name] = b.p.plant(evidence.RoleExtra, "", label+"."+name)
			}
		}
	case "cloud-extras":
		if kind == "bedrock" {
			p.Extras["aws_region_name"] = "eu-central-1"
			p.Extras["aws_access_key_id"] = b.p.plant(role, kind, label+".aws_access_key_id")
			p.Extras["aws_secret_access_key"] = key
			p.Extras["aws_session_token"] = b.p.plant(role, kind, label+".aws_session_token")
		}
	}
	if kind == "vertex_ai" { // a Vertex record is nothing without its cloud settings
		p.Extras["vertex_ai_project"] = "acme-project"
		p.Extras["vertex_ai_location"] = "europe-west4"
		p.Extras["vertex_ai_credentials"] = b.p.plant(role, kind, label+".vertex_ai_credentials")
	}
	return vault.Custom(name, kind, p, models...)
}

// crowd is a key of every other standard kind, each with a canary of its own.
func (b *builder) crowd() []vault.Record {
	own := b.k["family"]
	if b.c.Is("provider", "custom") {
		own = map[bool]string{true: "anthropic", false: "openai"}[b.c.Is("harness", "claude")]
	}
	var list []vault.Record
	for _, kind := range []string{"openai", "anthropic", "gemini", "mistral", "minimax", "groq", "together_ai", "openrouter", "cohere"} {
		if kind != own {
			list = append(list, vault.Key(kind+"-key", kind, b.p.plant(evidence.RoleOther, kind, kind+"-key")))
		}
	}
	return list
}
