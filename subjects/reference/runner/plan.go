package runner

import (
	"fmt"
	"strings"

	"github.com/agenta-ai/conform/subjects/reference/envvars"
	"github.com/agenta-ai/conform/subjects/reference/runner/agentdir"
	"github.com/agenta-ai/conform/subjects/reference/runner/model"
	"github.com/agenta-ai/conform/subjects/reference/wire"
)

// plan is what follows from a request before anything is started.
type plan struct {
	wire.Request
	managed  bool   // the platform brings the credential, or brings none on purpose
	provider string // as Pi calls it
	variable string // carries the provider's key; "" if the run has none
	baseURL  string
}

func (r *Runner) plan(req wire.Request) (plan, error) {
	if req.Harness != "pi_core" && req.Harness != "pi_agenta" {
		return plan{}, fmt.Errorf("harness '%s' is not available on this runner", req.Harness)
	}
	if req.Sandbox != "" && req.Sandbox != sandboxLocal && !(req.Sandbox == sandboxDaytona && r.Daytona.ready()) {
		return plan{}, fmt.Errorf("sandbox '%s' is not available on this runner", req.Sandbox)
	}
	p := plan{Request: req, provider: model.PiProvider(req.Provider)}
	switch req.CredentialMode {
	case wire.ModeEnv:
		p.managed = true
	case wire.ModeNone:
		p.managed = true
		p.Secrets = nil // none means none, whatever came along
	case wire.ModeRuntimeProvided, "":
	default:
		return plan{}, fmt.Errorf("credential mode '%s' is not known to this runner", req.CredentialMode)
	}
	if name, ok := envvars.Name(strings.ToLower(req.Provider)); ok && p.Secrets[name] != "" {
		p.variable = name
	}
	if req.Endpoint != nil {
		p.baseURL = req.Endpoint.BaseURL
	}
	if p.managed && p.baseURL != "" && p.Model == "" {
		// A custom address speaks one dialect. Pi's own default would speak its
		// provider's there, so the default is taught like any other id.
		p.Model = r.builtIn.First(p.provider)
	}
	for _, s := range req.Skills {
		if err := agentdir.CheckSkill(s.Name); err != nil {
			return plan{}, err
		}
	}
	return p, nil
}

// private says whether the run gets an agent folder of its own. The operator's
// folder is for runs on the operator's login alone.
func (p plan) private() bool { return p.managed }

// want is the model that the run asks for. A run that brings a key must not end
// up on another provider's, which would be the operator's.
func (p plan) want(strict bool) model.Want {
	return model.Want{Provider: p.provider, Model: p.Model, Strict: strict, Confined: p.managed}
}

// folder describes the private agent folder.
func (r *Runner) folder(p plan) agentdir.Spec {
	spec := agentdir.Spec{
		Temp: r.Temp, Operator: r.Operator,
		// Without a credential of its own a run must not find the operator's.
		Login:    p.CredentialMode != wire.ModeNone && p.provider != "",
		Provider: p.provider, Variable: p.variable,
		Model: p.Model, BuiltIn: r.builtIn.Has(p.provider, p.Model), BaseURL: p.baseURL,
		SystemPrompt: p.SystemPrompt, AppendSystemPrompt: p.AppendSystemPrompt,
	}
	for _, s := range p.Skills {
		spec.Skills = append(spec.Skills, agentdir.Skill{Name: s.Name, Content: s.Content})
	}
	return spec
}
