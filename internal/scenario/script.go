package scenario

import (
	"github.com/agenta-ai/conform/fakes/providers"
)

// hosts are where a key of a provider kind is good.
var hosts = map[string][]string{
	"openai":      {"api.openai.com"},
	"anthropic":   {"api.anthropic.com"},
	"gemini":      {"generativelanguage.googleapis.com"},
	"mistral":     {"api.mistral.ai"},
	"mistralai":   {"api.mistral.ai"},
	"minimax":     {"api.minimax.io"},
	"groq":        {"api.groq.com"},
	"together_ai": {"api.together.ai", "api.together.xyz"},
	"openrouter":  {"openrouter.ai"},
}

// script tells the providers whom to serve, and how.
//
// Every canary is a good key at its own provider, so that a run that uses the
// wrong one succeeds there and is seen in the journal, instead of hiding behind
// a 401. The gateway serves whatever key it is shown.
func (b *builder) script() {
	s := &b.s.Script
	for _, secret := range b.p.secrets {
		for _, host := range hosts[secret.Kind] {
			s.Keys[host] = append(s.Keys[host], secret.Value)
		}
		s.Keys[Gateway] = append(s.Keys[Gateway], secret.Value)
		s.Keys[GatewayPort] = append(s.Keys[GatewayPort], secret.Value)
		s.Keys[PrivateHost] = append(s.Keys[PrivateHost], secret.Value)
	}
	if id := b.k["unknown"]; id != "" {
		s.Unserved = []string{id}
	}
	s.Reply = answer(b.c.Get("answer"))
	b.s.Banner = banner(b.c.Get("banner"))
	if b.c.Is("banner", "only") {
		s.Reply = ""
	}
	s.Behaviour = behaviour(b.c.Get("behaviour"))
	if b.c.Is("turn", "abort") {
		s.Behaviour = providers.Behaviour{Kind: providers.Stall}
	}
}

// behaviour is what the provider does. The texts hold no digits but the status:
// Pi decides by the text whether to try again.
func behaviour(name string) providers.Behaviour {
	switch name {
	case "401":
		return providers.Behaviour{Kind: providers.Status, Status: 401, Message: "User not found.", EchoKey: true}
	case "402":
		return providers.Behaviour{Kind: providers.Status, Status: 402, Message: "Insufficient credits."}
	case "404":
		return providers.Behaviour{Kind: providers.Status, Status: 404, Message: "No endpoints found for this model."}
	case "429":
		return providers.Behaviour{Kind: providers.Status, Status: 429, Message: "Rate limit exceeded."}
	case "500":
		return providers.Behaviour{Kind: providers.Status, Status: 500, Message: "Internal Server Error"}
	case "stall":
		return providers.Behaviour{Kind: providers.Stall}
	case "cut":
		return providers.Behaviour{Kind: providers.Cut}
	case "error-frame":
		return providers.Behaviour{Kind: providers.ErrorFrame, Status: 502, Message: "Upstream died"}
	}
	return providers.Behaviour{Kind: providers.OK}
}

// answer is what the model says.
func answer(name string) string {
	switch name {
	case "mentions":
		return "Sure.\n\n## Extensions\n- /a/b.js\n\nThat is all."
	case "word":
		return "Extensions\nare listed in the settings."
	case "rule":
		return "---\nBelow the line."
	case "md-path":
		return "/srv/app/AGENTS.md is the file you want."
	case "js-path":
		return "/srv/app/index.js\nholds the entry point."
	}
	return "Hello from the model."
}

// banner is what the adapter prints before the first answer.
func banner(name string) string {
	const head = "pi v0.79.4\n---\n\n"
	const notice = "New version available: v99.1.2 (installed v0.79.4). Run: `npm i -g @earendil-works/pi-coding-agent`\n"
	switch name {
	case "context":
		return head + "## Context\n- /srv/project/AGENTS.md\n\n"
	case "skills":
		return head + "## Context\n- /srv/project/AGENTS.md\n\n## Skills\n- /root/.pi/agent/skills/s1/SKILL.md\n\n"
	case "extensions-js":
		return head + "## Extensions\n- /root/.pi/agent/extensions/agenta.js\n\n---\n" + notice + "\n"
	case "extensions-ts":
		return head + "## Extensions\n- /root/.pi/agent/extensions/e.ts\n- npm:foo\n  - index.ts\n\n---\n" + notice + "\n"
	case "rendered":
		return "pi v0.79.4\n---\n\nContext\n- /srv/project/AGENTS.md\n\nExtensions\n- /root/.pi/agent/extensions/agenta.js\n\n---\n" + notice + "\n"
	case "prompts":
		return head + "## Prompts\n- /hello\n\n## Extensions\n- /root/.pi/agent/extensions/agenta.js\n\n"
	case "spaces":
		return head + "## Context\n- /srv/my project/AGENTS.md\n\n## Extensions\n- /root/my files/agenta.js\n\n"
	case "notice":
		return notice + "\n"
	case "only":
		return head + "## Extensions\n- /root/.pi/agent/extensions/agenta.js\n\n---\n" + notice
	}
	return ""
}
