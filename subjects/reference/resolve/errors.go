package resolve

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/agenta-ai/conform/subjects/reference/modelref"
	"github.com/agenta-ai/conform/subjects/reference/refusal"
)

func refuse(class, format string, args ...any) error {
	return refusal.Client(class, refusal.StageResolve, fmt.Sprintf(format, args...))
}

func unreadable(cause error) error {
	return &refusal.Error{
		Class: refusal.ConnectionResolution, Stage: refusal.StageResolve, Status: http.StatusBadGateway,
		Text: "the project's connections could not be read: " + cause.Error(), Cause: cause,
	}
}

func notFound(ref modelref.Ref) error {
	switch {
	case !ref.Named():
		return refuse(refusal.ConnectionNotFound, "no connection for provider '%s' is stored", ref.Provider)
	case ref.Provider != "":
		return refuse(refusal.ConnectionNotFound, "connection '%s' not found for provider '%s'", ref.Slug, ref.Provider)
	}
	return refuse(refusal.ConnectionNotFound, "connection '%s' not found", ref.Slug)
}

func ambiguousName(slug string) error {
	return refuse(refusal.AmbiguousConnection, "connection '%s' is ambiguous: names must be unique", slug)
}

func ambiguousDefault(ref modelref.Ref, pool []candidate) error {
	names := make([]string, len(pool))
	for i, c := range pool {
		names[i] = c.name
	}
	what := "model '" + ref.Model + "'"
	if ref.Provider != "" {
		what = "provider '" + ref.Provider + "'"
	}
	return refuse(refusal.AmbiguousConnection, "several connections for %s (%s): name one", what, strings.Join(names, ", "))
}

func mismatch(picked candidate, stated string) error {
	return refuse(refusal.ProviderMismatch, "connection '%s' is of provider '%s', the model asks for provider '%s'",
		picked.name, picked.kind, stated)
}

func (r *Resolver) missingProvider(req Request) error {
	prefix := "openai"
	if h := r.harness(req); len(h.Providers) > 0 {
		prefix = h.Providers[0]
	}
	return refuse(refusal.MissingProvider, "model '%s' needs a provider: write '%s/%s' or state the provider",
		req.Ref.Model, prefix, req.Ref.Model)
}

func missingCredential(picked candidate, provider string) error {
	return refuse(refusal.MissingCredential,
		"connection '%s' of provider '%s' has no usable credential: store one or choose self_managed", picked.name, provider)
}

// noSurface refuses a kind that nothing can be reached through. The author
// stated it, or it is what the record turned out to be.
func noSurface(picked candidate, req Request) error {
	stage := refusal.StageResolve
	if req.Ref.Provider != "" {
		stage = refusal.StageGate
	}
	return refusal.Client(refusal.UnsupportedProvider, stage,
		fmt.Sprintf("provider '%s' of connection '%s' is not supported by harness '%s'", picked.kind, picked.name, req.Harness))
}
