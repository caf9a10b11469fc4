package scenario

import (
	"github.com/agenta-ai/conform/evidence"
)

// patience is how long Pi waits for a provider that has gone silent, instead of
// its own five minutes: milliseconds, in cases that wait for it.
const patience = 500

// login writes the operator's own Pi folder. Retries are off: Pi's pauses between
// them (2, 4 and 8 seconds) would say nothing about the subject.
func (b *builder) login() {
	settings := map[string]any{"retry": map[string]any{"enabled": false}, "conformMarker": SettingsMark}
	if b.c.Is("behaviour", "stall") {
		settings["httpIdleTimeoutMs"] = patience
	}
	b.s.Settings = string(encode(settings)) + "\n"
	entry := func(kind string) map[string]any {
		return map[string]any{"type": "api_key", "key": b.p.plant(evidence.RoleOperator, kind, "login."+b.m.Kinds[kind]["pi"])}
	}
	auth := map[string]any{}
	switch b.c.Get("login") {
	case "other":
		auth[b.m.Kinds[b.k["other"]]["pi"]] = entry(b.k["other"])
	case "same":
		kind := b.c.Get("provider")
		if kind == "custom" {
			kind = "openai" // what Pi takes such an endpoint for
		}
		auth[b.k["pi"]] = entry(kind)
	case "oauth":
		auth["anthropic"] = map[string]any{
			"type":    "oauth",
			"access":  b.p.plant(evidence.RoleOperator, "anthropic", "login.anthropic.access"),
			"refresh": b.p.plant(evidence.RoleOperator, "anthropic", "login.anthropic.refresh"),
			"expires": int64(4102444800000), // 2100-01-01, in milliseconds
		}
	default:
		return
	}
	b.s.Login = string(encode(auth)) + "\n"
}
