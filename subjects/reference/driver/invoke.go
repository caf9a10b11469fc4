package driver

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/agenta-ai/conform/subjects/reference/driver/shape"
)

// invoke plays the caller of one turn.
func (d *Driver) invoke(ctx context.Context, s *system, turn shape.Turn) (shape.Outcome, error) {
	body, err := invokeBody(turn)
	if err != nil {
		return shape.Outcome{}, fmt.Errorf("write the turn: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.front.URL()+"/invoke", bytes.NewReader(body))
	if err != nil {
		return shape.Outcome{}, fmt.Errorf("ask the service: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	if turn.Credential != "" {
		req.Header.Set("Authorization", turn.Credential)
	}
	if turn.Stream {
		req.Header.Set("Accept", "text/event-stream")
	}
	switch turn.Form {
	case shape.FormNDJSON:
		req.Header.Set("Accept", "application/x-ndjson")
	case shape.FormVercel:
		req.Header.Set("X-Ag-Messages-Format", "vercel")
	}
	resp, err := d.http.Do(req)
	if err != nil {
		return gone(ctx, 0, nil, err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		return gone(ctx, resp.StatusCode, raw, err)
	}
	return outcome(resp, raw), nil
}

// gone is the outcome of a turn whose answer did not arrive whole. If the caller
// left, that is how it was meant.
func gone(ctx context.Context, status int, raw []byte, err error) (shape.Outcome, error) {
	out := shape.Outcome{Status: status, Raw: string(raw), Broken: true}
	out.Error = &shape.Failure{Class: "ReplyCutError", Stage: "run", Message: err.Error()}
	if errors.Is(ctx.Err(), context.Canceled) {
		out.Broken = false
		out.Error = &shape.Failure{Class: "CanceledError", Stage: "run", Message: "the caller went away"}
	}
	return out, nil
}

// invokeBody writes the agent's configuration and the conversation.
func invokeBody(turn shape.Turn) ([]byte, error) {
	type object = map[string]any
	agent := object{
		"harness": object{"kind": turn.Harness, "extras": object{"system": turn.SystemPrompt}},
		"sandbox": object{"kind": turn.Sandbox},
		"skills":  turn.Skills,
	}
	if len(turn.LLM) > 0 {
		agent["llm"] = turn.LLM
	}
	return json.Marshal(object{"data": object{
		"parameters": object{"agent": agent},
		"inputs":     object{"messages": turn.Messages},
	}})
}
