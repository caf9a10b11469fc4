package service

import (
	"crypto/rand"

	"github.com/agenta-ai/conform/subjects/reference/edition"
	"github.com/agenta-ai/conform/subjects/reference/modelref"
	"github.com/agenta-ai/conform/subjects/reference/resolve"
	"github.com/agenta-ai/conform/subjects/reference/wire"
)

// request writes the run request. The credential goes into secrets and into no
// other member.
func request(a agent, messages []wire.Message, conn resolve.Connection, e edition.Edition) wire.Request {
	req := wire.Request{
		Harness: a.Harness.Kind, Sandbox: a.Sandbox.Kind, SessionID: rand.Text(), TurnID: rand.Text(),
		AgentsMD: a.Instructions.AgentsMD, Messages: messages,
		Context: []any{}, Tools: []any{}, CustomTools: []any{}, PermissionPolicy: "auto",
		Model: conn.Model, Provider: conn.Provider, Deployment: conn.Deployment, CredentialMode: conn.CredentialMode,
		Secrets:      wire.Secrets{},
		SystemPrompt: a.Harness.Extras.System, AppendSystemPrompt: a.Harness.Extras.AppendSystem,
		Skills: a.Skills,
	}
	for name, value := range conn.Env {
		req.Secrets[name] = value.Reveal()
	}
	if at := wire.Endpoint(conn.Endpoint); at != (wire.Endpoint{}) {
		req.Endpoint = &at
	}
	if e.SlugOnWire {
		req.Slug = conn.Record
	}
	if conn.Slug != "" {
		req.Connection = &wire.Connection{Mode: modelref.ModeAgenta, Slug: conn.Slug}
	}
	return req
}
