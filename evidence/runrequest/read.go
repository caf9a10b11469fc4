package runrequest

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// body holds the members of all shapes.
type body struct {
	Harness string  `json:"harness"`
	Sandbox string  `json:"sandbox"`
	Model   *string `json:"model"`
	Choice  *Choice `json:"connection"`
	flat
	Connection *struct {
		resolved
		Credentials []struct {
			Binding struct {
				Kind string `json:"kind"`
				Name string `json:"name"`
			} `json:"binding"`
			Value string `json:"value"`
			Usage string `json:"usage"`
		} `json:"credentials"`
		Environment map[string]string `json:"environment"`
		Gateway     *struct {
			Header string `json:"header"`
			Value  string `json:"value"`
		} `json:"gatewayCredentials"`
	} `json:"modelConnection"`
}

// flat are the members that stand at the top level of a flat body.
type flat struct {
	resolved
	Secrets map[string]string `json:"secrets"`
}

// resolved are the members that say what was resolved.
type resolved struct {
	Provider       string    `json:"provider"`
	Deployment     string    `json:"deployment"`
	CredentialMode string    `json:"credentialMode"`
	Endpoint       *Endpoint `json:"endpoint"`
}

// Read reads a body. It fails on what is no JSON object and on members of
// another type than any shape has.
func Read(text string) (Request, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &members); err != nil || members == nil {
		return Request{}, errors.New("the run request is no JSON object")
	}
	var b body
	if err := json.Unmarshal([]byte(text), &b); err != nil {
		return Request{}, fmt.Errorf("the run request has members of other types: %w", err)
	}
	r := Request{Harness: b.Harness, Sandbox: b.Sandbox, Model: b.Model, Choice: b.Choice, Credentials: []Credential{}}
	if b.Connection == nil {
		r.Shape = Flat
		r.take(b.resolved)
		for _, name := range slices.Sorted(maps.Keys(b.Secrets)) {
			r.Credentials = append(r.Credentials, Credential{Name: name, Role: RoleUnstated, Value: b.Secrets[name], Path: "secrets." + name})
		}
		return r, nil
	}
	c := b.Connection
	r.Shape = Connection
	r.take(c.resolved)
	for i, one := range c.Credentials {
		r.Credentials = append(r.Credentials, Credential{
			Name: one.Binding.Name, Role: RoleSecret, Usage: one.Usage, Value: one.Value,
			Path: fmt.Sprintf("modelConnection.credentials[%d].value", i),
		})
	}
	for _, name := range slices.Sorted(maps.Keys(c.Environment)) {
		r.Credentials = append(r.Credentials, Credential{Name: name, Role: RoleSetting, Value: c.Environment[name], Path: "modelConnection.environment." + name})
	}
	if c.Gateway != nil {
		r.Shape = Gateway
		r.Credentials = append(r.Credentials, Credential{Name: c.Gateway.Header, Role: RoleGateway, Value: c.Gateway.Value, Path: "modelConnection.gatewayCredentials.value"})
	}
	r.inProvider()
	return r, nil
}

func (r *Request) take(from resolved) {
	r.Provider, r.Deployment, r.CredentialMode, r.Endpoint = from.Provider, from.Deployment, from.CredentialMode, from.Endpoint
	if r.Deployment == "vertex_ai" {
		r.Deployment = "vertex"
	}
}

// inProvider takes the provider's prefix off a model, which these shapes put in
// front of it for Pi. An id that begins with its provider anyway travels as it
// is, and nothing in the body tells the two apart: the runner cuts both, so this
// does too.
func (r *Request) inProvider() {
	if r.Model == nil || r.Provider == "" || !strings.HasPrefix(r.Harness, "pi") {
		return
	}
	if id, ok := strings.CutPrefix(*r.Model, r.Provider+"/"); ok {
		r.Written, r.Model = *r.Model, &id
	}
}
