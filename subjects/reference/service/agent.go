package service

import (
	"encoding/json"
	"strings"

	"github.com/agenta-ai/conform/subjects/reference/refusal"
	"github.com/agenta-ai/conform/subjects/reference/wire"
)

// body is what POST /invoke takes.
type body struct {
	Data struct {
		Parameters struct {
			Agent agent `json:"agent"`
		} `json:"parameters"`
		Inputs struct {
			Messages []wire.Message `json:"messages"`
		} `json:"inputs"`
	} `json:"data"`
}

// agent is an agent's configuration.
type agent struct {
	Instructions struct {
		AgentsMD string `json:"agents_md"`
	} `json:"instructions"`
	LLM     json.RawMessage `json:"llm"`
	Skills  []wire.Skill    `json:"skills"`
	Harness struct {
		Kind   string `json:"kind"`
		Extras struct {
			System       string `json:"system"`
			AppendSystem string `json:"append_system"`
		} `json:"extras"`
	} `json:"harness"`
	Sandbox struct {
		Kind string `json:"kind"`
	} `json:"sandbox"`
}

// parse reads a turn and fills in the platform's defaults.
func parse(raw []byte) (agent, []wire.Message, error) {
	var b body
	if err := json.Unmarshal(raw, &b); err != nil {
		refused := refusal.Client(refusal.InvalidRequest, refusal.StageConfig, "the body is not a valid turn")
		refused.Cause = err
		return agent{}, nil, refused
	}
	a := b.Data.Parameters.Agent
	if a.Harness.Kind = strings.ToLower(a.Harness.Kind); a.Harness.Kind == "" {
		a.Harness.Kind = "pi_core"
	}
	if a.Sandbox.Kind = strings.ToLower(a.Sandbox.Kind); a.Sandbox.Kind == "" {
		a.Sandbox.Kind = "local"
	}
	a.bringPlatform()
	messages := b.Data.Inputs.Messages
	if messages == nil {
		messages = []wire.Message{}
	}
	return a, messages, nil
}
