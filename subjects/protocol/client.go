package protocol

import (
	"context"
	"fmt"
	"strings"
)

// Describe asks the subject who it is and refuses another major version of
// the protocol.
func (d *Driver) Describe(ctx context.Context) (Description, error) {
	var out Description
	if err := d.Call(ctx, MethodDescribe, nil, &out); err != nil {
		return out, err
	}
	return out, Compatible(out.Protocol)
}

// Compatible reports an error for a protocol version of another major number.
func Compatible(version string) error {
	ours, _, _ := strings.Cut(Version, ".")
	theirs, _, _ := strings.Cut(version, ".")
	if ours != theirs {
		return fmt.Errorf("the driver speaks protocol version %q, conform speaks %s", version, Version)
	}
	return nil
}

// Prepare tells the subject its surroundings.
func (d *Driver) Prepare(ctx context.Context, w World) (Prepared, error) {
	var out Prepared
	err := d.Call(ctx, MethodPrepare, w, &out)
	return out, err
}

// Invoke runs one agent turn.
func (d *Driver) Invoke(ctx context.Context, t Turn) (Outcome, error) {
	var out Outcome
	err := d.Call(ctx, MethodInvoke, t, &out)
	return out, err
}

// Cancel says that the caller of a turn went away.
func (d *Driver) Cancel(ctx context.Context, id string) error {
	return d.Notify(ctx, MethodCancel, Cancel{ID: id})
}

// Catalog asks for the harness capability document.
func (d *Driver) Catalog(ctx context.Context) (Catalog, error) {
	var out Catalog
	err := d.Call(ctx, MethodCatalog, nil, &out)
	return out, err
}

// Picker asks for the model picker's options.
func (d *Driver) Picker(ctx context.Context, q PickerQuery) (Picker, error) {
	var out Picker
	err := d.Call(ctx, MethodPicker, q, &out)
	return out, err
}

// Envmap asks for every copy of the provider-to-variable map.
func (d *Driver) Envmap(ctx context.Context) (Envmap, error) {
	var out Envmap
	err := d.Call(ctx, MethodEnvmap, nil, &out)
	return out, err
}

// Probe calls one function of the subject.
func (d *Driver) Probe(ctx context.Context, p Probe) (ProbeResult, error) {
	var out ProbeResult
	err := d.Call(ctx, MethodProbe, p, &out)
	return out, err
}
