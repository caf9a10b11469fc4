package resolve

import (
	"github.com/agenta-ai/conform/subjects/reference/capability"
	"github.com/agenta-ai/conform/subjects/reference/envvars"
	"github.com/agenta-ai/conform/subjects/reference/modelref"
	"github.com/agenta-ai/conform/subjects/reference/secret"
)

// describe gives provider, model and deployment of a picked record.
func (r *Resolver) describe(picked candidate, req Request) (Connection, error) {
	deployment, ok := deploymentOf(picked.kind)
	if !ok {
		return Connection{}, noSurface(picked, req)
	}
	if r.Edition.CustomSurface && picked.kind == capability.KindCustom {
		deployment = capability.Custom
	}
	provider, err := r.providerOf(picked, req)
	if err != nil {
		return Connection{}, err
	}
	conn := Connection{
		Provider: provider, Model: req.Ref.Model, Deployment: deployment,
		CredentialMode: ModeEnv, Slug: req.Ref.Slug, Record: picked.name,
	}
	if req.Ref.HasConnection {
		conn.Model = picked.selects(req.Ref.Model)
	}
	return conn, nil
}

// deploymentOf gives the surface of a record: what it is reached through, never
// what it is called.
func deploymentOf(kind string) (string, bool) {
	return capability.Deployment(kind)
}

// providerOf gives the provider that travels: as the author stated it, else
// what the record is.
func (r *Resolver) providerOf(picked candidate, req Request) (string, error) {
	if r.Edition.CustomSurface && picked.kind == capability.KindCustom {
		return compatible(req.Ref.Provider), nil
	}
	if req.Ref.Provider != "" {
		return req.Ref.Provider, nil
	}
	harness := r.harness(req)
	if provider, ok := harness.CloudProvider(picked.kind); ok {
		return provider, nil
	}
	if picked.kind != capability.KindCustom {
		return picked.kind, nil
	}
	// A record of no vendor takes the vendor that its id names, where the harness
	// speaks that vendor's language at all.
	if provider := modelref.InferProvider(picked.selects(req.Ref.Model)); provider != "" && len(harness.Providers) == 1 && harness.Reaches(provider) {
		return provider, nil
	}
	return "", r.missingProvider(req)
}

// compatible is the family of an endpoint of no vendor: the one that the author
// states, if it is one, else OpenAI's, whose language such endpoints speak.
func compatible(stated string) string {
	if _, known := envvars.Name(capability.Kind(stated)); known {
		return stated
	}
	return "openai"
}

// endpoint is the stored address, as it is stored. A plain key has none.
func endpoint(picked candidate, env map[string]secret.Value) Endpoint {
	if !picked.custom {
		return Endpoint{}
	}
	at := Endpoint{BaseURL: picked.record.Data.Provider.URL, APIVersion: picked.record.Data.Provider.Version}
	if picked.kind == capability.Bedrock {
		if at.Region = env["AWS_REGION"].Reveal(); at.Region == "" {
			at.Region = env["AWS_DEFAULT_REGION"].Reveal()
		}
	}
	return at
}
