package driver

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"

	"github.com/agenta-ai/conform/subjects/reference/capability"
	"github.com/agenta-ai/conform/subjects/reference/driver/jsonrpc"
	"github.com/agenta-ai/conform/subjects/reference/driver/shape"
	"github.com/agenta-ai/conform/subjects/reference/gate"
	"github.com/agenta-ai/conform/subjects/reference/modelref"
	"github.com/agenta-ai/conform/subjects/reference/refusal"
	"github.com/agenta-ai/conform/subjects/reference/resolve"
	"github.com/agenta-ai/conform/subjects/reference/runner/model"
	"github.com/agenta-ai/conform/subjects/reference/secret"
)

// probe calls one function of the system.
func probe(ctx context.Context, s *system, p shape.Probe) (shape.ProbeResult, error) {
	var out any
	var err error
	switch p.Name {
	case shape.ProbeOffline:
		out, err = with(p.Input, offline)
	case shape.ProbeDump:
		out, err = with(p.Input, func(in shape.DumpInput) (shape.DumpOutput, error) { return dump(ctx, s, in) })
	case shape.ProbeAllowed:
		out, err = with(p.Input, allowed)
	case shape.ProbePrint:
		out, err = with(p.Input, func(in shape.PrintInput) (shape.PrintOutput, error) { return printed(ctx, s, in) })
	case shape.ProbeGate:
		out, err = with(p.Input, func(in shape.GateInput) (shape.GateOutput, error) { return gates(s, in) })
	default:
		err = &jsonrpc.ParamsError{Cause: fmt.Errorf("no probe is called %q", p.Name)}
	}
	return shape.ProbeResult{Output: out}, err
}

func offline(in shape.OfflineInput) (shape.OfflineOutput, error) {
	var r resolve.Offline
	switch in.Resolver {
	case "process-env":
		r = resolve.ProcessEnv(func(name string) (string, bool) { value, ok := in.Env[name]; return value, ok })
	case "static":
		r = resolve.Static(in.Env)
	default:
		return shape.OfflineOutput{}, &jsonrpc.ParamsError{Cause: fmt.Errorf("no offline resolver is called %q", in.Resolver)}
	}
	conn := r.Resolve(modelref.Ref{Provider: in.Provider, Model: in.Model, Mode: modelref.ModeAgenta})
	return shape.OfflineOutput{CredentialMode: conn.CredentialMode, Env: reveal(conn.Env)}, nil
}

func dump(ctx context.Context, s *system, in shape.DumpInput) (shape.DumpOutput, error) {
	env, err := resolve.Dump(ctx, s.vault, in.Credential)
	return shape.DumpOutput{Env: reveal(env)}, err
}

func reveal(env map[string]secret.Value) map[string]string {
	plain := make(map[string]string, len(env))
	for name, value := range env {
		plain[name] = value.Reveal()
	}
	return plain
}

func allowed(in shape.AllowedInput) (shape.AllowedOutput, error) {
	options := make([]model.Option, len(in.Options))
	for i, raw := range in.Options {
		if err := json.Unmarshal(raw, &options[i]); err != nil {
			return shape.AllowedOutput{}, &jsonrpc.ParamsError{Cause: err}
		}
	}
	out := shape.AllowedOutput{Allowed: model.Allowed(options)}
	picked, ok := model.Pick("", in.Requested, out.Allowed)
	if out.Picked = picked; !ok {
		err := &model.NotSettableError{Requested: in.Requested, Allowed: out.Allowed, Cause: in.Cause}
		out.Error = &shape.Failure{
			Class: refusal.ModelNotSettable, Stage: refusal.StageRun, Message: err.Error(),
			Requested: err.Requested, Allowed: err.Allowed,
		}
	}
	return out, nil
}

// printed resolves a connection and prints it in every way that Go has.
func printed(ctx context.Context, s *system, in shape.PrintInput) (shape.PrintOutput, error) {
	ref, err := modelref.Parse(in.Turn.LLM)
	if err != nil {
		return shape.PrintOutput{}, err
	}
	conn, err := s.service.Resolver().Resolve(ctx, resolve.Request{
		Ref: ref, Harness: in.Turn.Harness, Authorization: in.Turn.Credential,
	})
	if err != nil {
		return shape.PrintOutput{}, err
	}
	doc, err := json.Marshal(conn)
	if err != nil {
		return shape.PrintOutput{}, fmt.Errorf("marshal a connection: %w", err)
	}
	var text, lines bytes.Buffer
	slog.New(slog.NewJSONHandler(&lines, nil)).Info("resolved", "connection", conn, "env", conn.Env)
	slog.New(slog.NewTextHandler(&text, nil)).Info("resolved", "connection", conn, "env", conn.Env)
	return shape.PrintOutput{Printed: []string{
		fmt.Sprint(conn), fmt.Sprintf("%v", conn), fmt.Sprintf("%+v", conn), fmt.Sprintf("%#v", conn),
		fmt.Sprintf("%q", conn), fmt.Sprintf("%+v", &conn), fmt.Sprintf("%+v %#v", conn.Env, conn.Env),
		string(doc), text.String(), lines.String(),
	}}, nil
}

func gates(s *system, in shape.GateInput) (shape.GateOutput, error) {
	g := gate.New(capability.NewTable(s.edition))
	mode := in.Mode
	if mode == "" {
		mode = modelref.ModeAgenta
	}
	err := g.Before(in.Harness, in.Provider, mode)
	if err == nil && in.Deployment != "" {
		err = g.After(in.Harness, in.Provider, in.Deployment)
	}
	var refused *refusal.Error
	if !errors.As(err, &refused) {
		return shape.GateOutput{}, err
	}
	return shape.GateOutput{Error: &shape.Failure{Class: refused.Class, Stage: refused.Stage, Message: refused.Text}}, nil
}
