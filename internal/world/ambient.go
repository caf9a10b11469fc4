package world

import (
	"crypto/rand"
	"slices"
	"strings"

	"github.com/agenta-ai/conform/evidence"
)

// variable is one provider variable that the runner's own environment may hold.
type variable struct {
	name   string
	kind   string // provider kind that its value would be good for
	before string // and after: what a plausible value has around the canary
	after  string
}

// ambient are the provider variables that platforms of this kind know and clear
// before a managed run.
var ambient = []variable{
	{name: "OPENAI_API_KEY", kind: "openai"},
	{name: "ANTHROPIC_API_KEY", kind: "anthropic"},
	{name: "GEMINI_API_KEY", kind: "gemini"},
	{name: "MISTRAL_API_KEY", kind: "mistral"},
	{name: "MINIMAX_API_KEY", kind: "minimax"},
	{name: "GROQ_API_KEY", kind: "groq"},
	{name: "TOGETHERAI_API_KEY", kind: "together_ai"},
	{name: "TOGETHER_API_KEY", kind: "together_ai"},
	{name: "OPENROUTER_API_KEY", kind: "openrouter"},
	{name: "ANTHROPIC_AUTH_TOKEN", kind: "anthropic"},
	{name: "ANTHROPIC_OAUTH_TOKEN", kind: "anthropic"},
	{name: "CLAUDE_CODE_OAUTH_TOKEN", kind: "anthropic"},
	{name: "ANTHROPIC_MODEL", kind: "anthropic", before: "claude-"},
	{name: "ANTHROPIC_CUSTOM_MODEL_OPTION", kind: "anthropic", before: "claude-"},
	{name: "ANTHROPIC_BASE_URL", kind: "anthropic", before: "https://", after: ".ambient.example"},
	{name: "AWS_ACCESS_KEY_ID", kind: "bedrock"},
	{name: "AWS_SECRET_ACCESS_KEY", kind: "bedrock"},
	{name: "AWS_SESSION_TOKEN", kind: "bedrock"},
	{name: "AWS_PROFILE", kind: "bedrock", before: "profile-"},
	{name: "AWS_BEARER_TOKEN_BEDROCK", kind: "bedrock"},
	{name: "AWS_REGION", kind: "bedrock", before: "eu-central-1-"},
	{name: "AWS_DEFAULT_REGION", kind: "bedrock", before: "eu-central-1-"},
	{name: "CLAUDE_CODE_USE_BEDROCK", kind: "bedrock", before: "1-"},
	{name: "GOOGLE_APPLICATION_CREDENTIALS", kind: "vertex_ai", before: "/etc/", after: ".json"},
	{name: "GOOGLE_CLOUD_API_KEY", kind: "vertex_ai"},
	{name: "GOOGLE_CLOUD_PROJECT", kind: "vertex_ai", before: "project-"},
	{name: "GOOGLE_CLOUD_LOCATION", kind: "vertex_ai", before: "europe-west1-"},
	{name: "CLAUDE_CODE_USE_VERTEX", kind: "vertex_ai", before: "1-"},
	{name: "AZURE_OPENAI_API_KEY", kind: "azure"},
}

// infra are secrets of the platform's own that no run may see.
var infra = []variable{{name: "AGENTA_RUNNER_TOKEN"}, {name: "DAYTONA_API_KEY"}}

// hosts are where a key of a provider kind is good.
var hosts = map[string][]string{
	"openai":      {"api.openai.com"},
	"anthropic":   {"api.anthropic.com"},
	"gemini":      {"generativelanguage.googleapis.com"},
	"mistral":     {"api.mistral.ai"},
	"groq":        {"api.groq.com"},
	"together_ai": {"api.together.ai", "api.together.xyz"},
	"minimax":     {"api.minimax.io"},
	"openrouter":  {"openrouter.ai"},
}

// planted is a canary of an instance's environment.
type planted struct {
	Canary
	env string // NAME=value
}

// plant makes the canaries of an instance's environment.
func plant(setup Setup) []planted {
	all := plantAs(evidence.RoleInfra, infra)
	if setup.Polluted {
		all = append(all, plantAs(evidence.RoleAmbient, ambient)...)
	}
	return all
}

func plantAs(role evidence.Role, variables []variable) []planted {
	var all []planted
	for _, v := range variables {
		value := canary()
		all = append(all, planted{
			Canary: Canary{
				Secret: evidence.Secret{Label: string(role) + ":" + v.name, Role: role, Name: v.name, Kind: v.kind},
				Value:  value,
			},
			env: v.name + "=" + v.before + value + v.after,
		})
	}
	return all
}

// canary is a fresh marked value. It has no digits, because Pi reads error
// texts for status codes, and no vowels, so that it never holds a word.
func canary() string {
	const letters = "bcdfghjklmnpqrstvwxz"
	random := make([]byte, 24)
	_, _ = rand.Read(random) // never fails, by its documentation
	for i, r := range random {
		random[i] = letters[int(r)%len(letters)]
	}
	return Mark + string(random)
}

// names are the variables that hold canaries of a role.
func names(all []planted, role evidence.Role) []string {
	var out []string
	for _, p := range all {
		if p.Role == role {
			out = append(out, p.Name)
		}
	}
	slices.Sort(out)
	return out
}

// value is what a planted variable holds, "" if it is not planted.
func value(all []planted, name string) string {
	for _, p := range all {
		if p.Name == name {
			return strings.TrimPrefix(p.env, name+"=")
		}
	}
	return ""
}
