package resolve

import (
	"context"
	"errors"

	"github.com/agenta-ai/conform/subjects/reference/capability"
	"github.com/agenta-ai/conform/subjects/reference/edition"
	"github.com/agenta-ai/conform/subjects/reference/gate"
	"github.com/agenta-ai/conform/subjects/reference/modelref"
	"github.com/agenta-ai/conform/subjects/reference/refusal"
	"github.com/agenta-ai/conform/subjects/reference/vault"
)

// Lister reads the records that a caller may see.
type Lister interface {
	List(ctx context.Context, authorization string) ([]vault.Record, error)
}

// Request is one question to the resolver.
type Request struct {
	Ref           modelref.Ref
	Harness       string
	Authorization string // of the caller
}

// Resolver answers with one connection.
type Resolver struct {
	Vault   Lister
	Gate    *gate.Gate
	Table   *capability.Table
	Edition edition.Edition
}

// Resolve goes the platform's order: gate before, inference, self-managed,
// vault, pick, gate after, credential.
func (r *Resolver) Resolve(ctx context.Context, req Request) (Connection, error) {
	stated := req.Ref.Provider
	if r.Edition.NamedFirst && req.Ref.Named() {
		stated = "" // judged when it is known what the record is
	}
	if err := r.Gate.Before(req.Harness, stated, req.Ref.Mode); err != nil {
		return Connection{}, err
	}
	// What a named record is comes before what an id suggests.
	if req.Ref.Provider == "" && !req.Ref.Named() {
		req.Ref.Provider = modelref.InferProvider(req.Ref.Model)
	}
	conn, err := r.connect(ctx, req)
	if err != nil && ctx.Err() == nil && !r.Edition.FailClosed && tolerable(req.Ref, err) {
		conn, err = runtimeProvided(req.Ref), nil
	}
	if err != nil {
		return Connection{}, err
	}
	// A picked record was judged before its credential was looked at; this judges
	// a run without a record.
	if conn.CredentialMode == ModeRuntimeProvided && conn.Provider != "" {
		if err := r.Gate.After(req.Harness, conn.Provider, conn.Deployment); err != nil {
			return Connection{}, err
		}
	}
	return conn, nil
}

func (r *Resolver) connect(ctx context.Context, req Request) (Connection, error) {
	if req.Ref.Mode == modelref.ModeSelfManaged {
		return runtimeProvided(req.Ref), nil
	}
	records, err := r.Vault.List(ctx, req.Authorization)
	if err != nil {
		return Connection{}, unreadable(err)
	}
	picked, err := r.pick(candidates(records, r.harness(req), r.Edition.SlugIdentity), req)
	if err != nil {
		return Connection{}, err
	}
	conn, err := r.describe(picked, req)
	if err != nil {
		return Connection{}, err
	}
	if err := r.Gate.After(req.Harness, conn.Provider, conn.Deployment); err != nil {
		return Connection{}, err
	}
	conn.Env = project(picked, conn.Provider)
	if !authenticates(conn.Env) {
		return Connection{}, missingCredential(picked, conn.Provider)
	}
	conn.Endpoint = endpoint(picked, conn.Env)
	if r.Edition.FailClosed {
		if err := reachable(picked, conn); err != nil {
			return Connection{}, err
		}
	}
	return conn, nil
}

// tolerable says whether a run that states a provider may go on without a
// connection of the project. A named connection never may, a gate's refusal
// never is, and an ambiguous choice is for the author to settle.
func tolerable(ref modelref.Ref, err error) bool {
	var refused *refusal.Error
	if ref.Named() || ref.Provider == "" || !errors.As(err, &refused) {
		return false
	}
	switch refused.Class {
	case refusal.ConnectionNotFound, refusal.MissingCredential, refusal.ConnectionResolution:
		return true
	}
	return false
}

func (r *Resolver) harness(req Request) capability.Harness {
	h, _ := r.Table.Lookup(req.Harness)
	return h
}
