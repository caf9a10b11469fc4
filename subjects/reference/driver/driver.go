package driver

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"

	"github.com/agenta-ai/conform/subjects/reference/direct"
	"github.com/agenta-ai/conform/subjects/reference/driver/jsonrpc"
	"github.com/agenta-ai/conform/subjects/reference/driver/shape"
	"github.com/agenta-ai/conform/subjects/reference/edition"
)

// Driver is the reference as a subject.
type Driver struct {
	environ []string
	log     *slog.Logger
	http    *http.Client
	system  *system // nil until prepared
	calls   calls

	serviceOnly bool     // there is no runner half
	harnesses   []string // of a service half that claims these alone
}

// New makes a driver. The environment is the one that the process was started
// with, as name=value.
func New(environ []string, log *slog.Logger) *Driver {
	return &Driver{environ: environ, log: log, http: direct.NewClient(0), calls: calls{open: map[string]context.CancelFunc{}}}
}

// Serve speaks the protocol until the input ends or shutdown is called.
func (d *Driver) Serve(ctx context.Context, in io.Reader, out io.Writer) error {
	err := jsonrpc.Serve(ctx, in, out, d.handle)
	return errors.Join(err, d.stop())
}

// errNotPrepared is for calls that need the system.
var errNotPrepared = errors.New("no world has been prepared")

// handle takes calls in their order. What asks the system runs beside other
// calls, as users do.
func (d *Driver) handle(ctx context.Context, method string, params json.RawMessage) (any, func() (any, error), error) {
	switch method {
	case "describe":
		return d.describe(), nil, nil
	case "prepare":
		prepared, err := with(params, func(w shape.World) (shape.Prepared, error) { return d.prepare(ctx, w) })
		return prepared, nil, err
	case "cancel":
		_, err := with(params, func(c shape.Cancel) (any, error) { d.calls.cancel(c.ID); return nil, nil })
		return nil, nil, err
	case "envmap":
		if d.serviceOnly {
			return halfEnvmap(envmap()), nil, nil
		}
		return envmap(), nil, nil
	case "shutdown":
		// Answered when nothing runs any more.
		if err := d.stop(); err != nil {
			d.log.Error("the system did not end in good order", "error", err)
		}
		return nil, nil, io.EOF
	case "invoke", "catalog", "picker", "probe":
		if d.system == nil {
			return nil, nil, errNotPrepared
		}
		later, err := d.later(ctx, method, params)
		return nil, later, err
	}
	return nil, nil, fmt.Errorf("%w: %s", jsonrpc.ErrMethod, method)
}

// later decodes a call that runs beside others.
func (d *Driver) later(ctx context.Context, method string, params json.RawMessage) (func() (any, error), error) {
	s := d.system
	switch method {
	case "invoke":
		return with(params, func(turn shape.Turn) (func() (any, error), error) {
			// Registered before the next message is read, so that a cancel finds it.
			ctx, done := d.calls.begin(ctx, turn.ID)
			return func() (any, error) { defer done(); return d.invoke(ctx, s, turn) }, nil
		})
	case "picker":
		return with(params, func(q shape.PickerQuery) (func() (any, error), error) {
			return func() (any, error) { return d.picker(ctx, s, q) }, nil
		})
	case "probe":
		return with(params, func(p shape.Probe) (func() (any, error), error) {
			return func() (any, error) { return probe(ctx, s, p) }, nil
		})
	}
	return func() (any, error) { return d.catalog(ctx, s) }, nil
}

// with decodes the parameters of a call.
func with[P, R any](params json.RawMessage, do func(P) (R, error)) (R, error) {
	var p P
	if err := json.Unmarshal(params, &p); err != nil {
		var none R
		return none, &jsonrpc.ParamsError{Cause: err}
	}
	return do(p)
}

func (d *Driver) describe() shape.Description {
	sandboxes := []string{"local"}
	if c := d.cloud(); c.API != "" && c.Key != "" {
		sandboxes = append(sandboxes, "daytona")
	}
	all := shape.Description{
		Name: "reference", Version: "1.0.0", Protocol: "1.0", Editions: edition.Names(),
		Capabilities: []string{"resolve", "run", "picker", "catalog", "envmap"},
		Harnesses:    []string{"pi_core", "pi_agenta", "claude", "codex"},
		Sandboxes:    sandboxes,
		Probes:       []string{shape.ProbeOffline, shape.ProbeDump, shape.ProbeAllowed, shape.ProbePrint, shape.ProbeGate},
		Forms:        []string{shape.FormNDJSON, shape.FormSSE, shape.FormVercel},
	}
	if d.serviceOnly {
		return d.half(all)
	}
	return all
}
