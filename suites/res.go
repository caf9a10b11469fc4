package suites

import (
	"strings"

	"github.com/agenta-ai/conform/contract"
	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/fakes/vault"
	"github.com/agenta-ai/conform/matrix"
	"github.com/agenta-ai/conform/subjects/protocol"
	. "github.com/onsi/gomega"
)

const families = "openrouter|openai|anthropic|gemini|mistral|mistralai|minimax|groq|together_ai"

// The editions, in short.
const (
	plan     = contract.Edition20260702
	revision = contract.Edition20260714
)

func res() []Check {
	needs := []string{protocol.CapResolve}
	return []Check{
		{Clause: "RES-1", Speaks: refusedEarly, Needs: needs, Shows: managed("record=custom_provider", "provider="+families), Judge: deploymentIs("direct")},
		{Clause: "RES-2", Speaks: refusedEarly, Needs: needs, Shows: managed("record=custom_provider", "provider="+families, "wire.url=yes"), Judge: sameRecord},
		{Clause: "RES-3", Speaks: refusedEarly, Needs: needs, Shows: managed("spelling=upper-kind"), Judge: func(g Gomega, in In) string {
			carries(g, in, in.Want.Get("wire.variable"))
			return deploymentIs("direct")(g, in)
		}},
		{Clause: "RES-4", Needs: needs, Shows: managed("wire.deployment=bedrock|vertex"), Judge: func(g Gomega, in In) string {
			return deploymentIs(in.Want.Get("wire.deployment"))(g, in)
		}},
		{Clause: "RES-5", Edition: plan, Speaks: refusedEarly, Needs: needs, Shows: surfaced, Judge: closedSet("direct", "azure", "bedrock", "vertex")},
		{Clause: "RES-5", Edition: revision, Speaks: refusedEarly, Needs: needs, Shows: surfaced, Judge: closedSet("direct", "custom", "azure", "bedrock", "vertex")},
		{Clause: "RES-6", Edition: plan, Speaks: refusedEarly, Needs: needs, Shows: managed("provider=custom"), Judge: addressed("direct")},
		{Clause: "RES-6", Edition: revision, Speaks: refusedEarly, Needs: needs, Shows: managed("provider=custom"), Judge: addressed("custom")},
		{Clause: "RES-7", Speaks: refusedEarly, Needs: needs, Shows: managed("spelling=key|key-and-provider"), Judge: bareModel},
		{Clause: "RES-8", Speaks: refusedEarly, Across: []string{"vault", "vault-fault"}, Needs: needs, Shows: where("connection=named", "refusal=no|ConnectionNotFoundError", "observe=turn"), Judge: findsNamed},
		{Clause: "RES-9", Needs: needs, Shows: where("observe=turn", "vault=same-name|same-name-same-models", "refusal=no|AmbiguousConnectionError"), Judge: oneOrAmbiguous},
		{Clause: "RES-10", Needs: needs, Shows: where("observe=turn", "vault=twins|twins-default", "refusal=no|AmbiguousConnectionError"), Judge: oneOrAmbiguous},
		{Clause: "RES-11", Needs: needs, Shows: where("refusal=ProviderMismatchError"), Judge: refused},
		{Clause: "RES-12", Needs: needs, Shows: where("refusal=MissingProviderError"), Judge: func(g Gomega, in In) string {
			refused(g, in)
			hints := []string{"openai/", "anthropic/", "openrouter/", "gemini/", "groq/"}
			if in.Case.Is("harness", "claude") {
				hints = []string{"anthropic/"}
			}
			g.Expect(hints).To(ContainElement(WithTransform(func(h string) bool { return strings.Contains(failureText(in), h) }, BeTrue())),
				"a prefix that %s reaches, in the error text %q", in.Case.Get("harness"), failureText(in))
			return ""
		}},
		{Clause: "RES-13", Edition: plan, Speaks: refusedEarly, Across: []string{"record", "credential", "vault-fault"}, Needs: needs, Shows: where("mode=runtime_provided", "connection=default"), Judge: withoutCredential},
		{Clause: "RES-13", Edition: revision, Across: []string{"record", "credential", "vault-fault"}, Needs: needs, Shows: where("connection=default", "refusal=any|MissingCredentialError|ConnectionResolutionError", "observe=turn"), Judge: failsClosed},
		{Clause: "RES-14", Needs: needs, Shows: where("mode=runtime_provided", "connection=self-managed"), Judge: func(g Gomega, in In) string {
			g.Expect(in.reads()).To(BeEmpty(), "calls to the vault")
			return withoutCredential(g, in)
		}},
		{Clause: "RES-15", Gateway: true, Needs: needs, Shows: managed("vault=crowded|twins-default|same-name"), Judge: func(g Gomega, in In) string {
			g.Expect(in.runCall()).NotTo(BeNil(), "the run request")
			g.Expect(in.sightings([]evidence.Role{evidence.RoleOther, evidence.RoleForeign}, "wire")).To(BeEmpty(), "keys of other records in the run request")
			return ""
		}},
		{Clause: "RES-16", Needs: needs, Shows: where("vault.reads=1"), Judge: func(g Gomega, in In) string {
			g.Expect(in.reads()).NotTo(BeEmpty(), "calls to the vault")
			caller := in.labelled(evidence.RoleCaller)
			for i, c := range in.Got.Vault {
				g.Expect(c.Authorization).To(Equal("ApiKey "+caller), "credential of vault call %d", i)
				g.Expect(c.Body).To(BeEmpty(), "body of vault call %d", i)
				g.Expect(c.Query).To(BeEmpty(), "query of vault call %d", i)
			}
			return ""
		}},
		{Clause: "RES-17", Across: []string{"vault-fault"}, Needs: needs, Shows: where("refusal=ConnectionResolutionError"), Judge: refused},
		{Clause: "RES-18", Needs: needs, Shows: managed("credential=key|extras-key", "!provider=vertex_ai"), Judge: func(g Gomega, in In) string {
			carries(g, in, in.Want.Get("wire.variable"))
			return ""
		}},
		{Clause: "RES-19", Needs: needs, Shows: where("refusal=MissingCredentialError"), Judge: func(g Gomega, in In) string {
			g.Expect(in.modelCalls()).To(BeEmpty(), "requests to providers")
			g.Expect(in.handedOn()).To(BeFalse(), "a run request, although the chosen connection has no credential")
			g.Expect(in.failure()).NotTo(BeEmpty(), "class of the error")
			return ""
		}},
		{Clause: "RES-20", Needs: needs, Shows: where("vault.reads=1"), Judge: onlyListed},
		{Clause: "RES-21", Speaks: refusedEarly, Needs: needs, Shows: managed("record=custom_provider", "provider="+families, "connection=default", "!credential=extras-variable"), Judge: func(g Gomega, in In) string {
			carries(g, in, in.Want.Get("wire.variable"))
			return ""
		}},
		{Clause: "RES-22", Speaks: refusedEarly, Needs: needs, Shows: managed("spelling=kind-prefix"), Judge: bareModel},
		{Clause: "RES-23", Needs: needs, Shows: where("provider=cohere|anyscale|deepinfra|alephalpha|perplexityai", "record=custom_provider", "connection=named", "refusal=UnsupportedProviderError"), Judge: func(g Gomega, in In) string {
			g.Expect(strings.ToLower(failureText(in))).To(ContainSubstring(in.Case.Get("provider")), "the kind in the error text")
			return refused(g, in)
		}},
		{Clause: "RES-24", Speaks: refusedEarly, Needs: needs, Shows: managed("connection=named", "spelling=bare", "provider="+families), Judge: func(g Gomega, in In) string {
			carries(g, in, in.Want.Get("wire.variable"))
			body, _, _ := in.runBody()
			g.Expect(strings.ToLower(body.Provider)).To(Equal(in.Want.Get("wire.provider")), "provider of the run request")
			return ""
		}},
		{Clause: "RES-25", Across: []string{"vault", "credential"}, Needs: needs, Shows: where("refusal=ProviderMismatchError|ConnectionNotFoundError|AmbiguousConnectionError|MissingProviderError|MissingCredentialError"), Judge: func(g Gomega, in In) string {
			g.Expect(in.Got.Outcome).NotTo(BeNil(), "an outcome")
			if in.Got.Outcome != nil {
				g.Expect(in.Got.Outcome.Status).To(And(BeNumerically(">=", 400), BeNumerically("<", 500)), "HTTP status of %s", in.Want.Get("refusal"))
			}
			if strings.HasPrefix(in.failure(), "Unsupported") {
				return "a gate refused the request before this error could be met"
			}
			return refused(g, in)
		}},
		{Clause: "RES-26", Across: []string{"vault-fault"}, Needs: needs, Shows: where("refusal=ConnectionResolutionError", "vault-fault=object|html|no-content|redirect|cut|null"), Judge: refused},
	}
}

func unshownRes() map[string]string { return nil }

// deploymentIs expects the deployment of the run request.
func deploymentIs(want string) func(Gomega, In) string {
	return func(g Gomega, in In) string {
		body, _, reason := in.runBody()
		g.Expect(reason).To(BeEmpty(), "the run request")
		g.Expect(surface(body.Deployment)).To(Equal(want), "deployment of the run request")
		return ""
	}
}

// sameRecord expects that the run request repeats the stored record.
func sameRecord(g Gomega, in In) string {
	carries(g, in, in.Want.Get("wire.variable"))
	body, _, _ := in.runBody()
	g.Expect(body.Provider).To(Equal(in.Want.Get("wire.provider")), "provider of the run request")
	g.Expect(body.Endpoint).NotTo(BeNil(), "endpoint of the run request")
	record, ok := in.record()
	if !ok || body.Endpoint == nil {
		return ""
	}
	g.Expect(body.Endpoint.BaseURL).To(Equal(record.Data.Provider.URL), "baseUrl of the run request")
	g.Expect(body.Endpoint.APIVersion).To(Equal(record.Data.Provider.Version), "apiVersion of the run request")
	return ""
}

// record is the chosen record as it was stored.
func (in In) record() (vault.Record, bool) {
	mark := in.chosen()
	for _, r := range in.Got.Input.Records {
		if r.Data.Provider.Key == mark {
			return r, true
		}
		for _, v := range r.Data.Provider.Extras {
			if v == mark {
				return r, true
			}
		}
	}
	return vault.Record{}, false
}

// surfaced shows cases in which it is settled what a record is reached through.
func surfaced(c matrix.Case, x matrix.Expectation) bool {
	return turns(c, x) && x.Is("mode", "env", "runtime_provided") || x.Is("refusal", "UnsupportedProviderError", "UnsupportedDeploymentError")
}

// closedSet expects no deployment outside the closed set, neither on the wire
// nor in an error that says what a record's surface is.
func closedSet(surfaces ...string) func(Gomega, In) string {
	return func(g Gomega, in In) string {
		if call := in.runCall(); call == nil {
			// A refusal tells of a deployment only if it is for one.
			wrong := in.Want.Is("refusal", "no") && (in.failure() == "UnsupportedDeploymentError" || in.failure() == "")
			if wrong {
				g.Expect(call).NotTo(BeNil(), "the run request")
			}
			return ifNil(wrong, "the request was refused, no deployment was seen")
		}
		body, _, reason := in.runBody()
		g.Expect(reason).To(BeEmpty(), "the run request")
		g.Expect(surfaces).To(ContainElement(surface(body.Deployment)), "deployment of the run request")
		return ""
	}
}

// surface is the one spelling of a deployment; vertex has two that are accepted.
func surface(deployment string) string {
	if deployment == "vertex_ai" {
		return "vertex"
	}
	return deployment
}

// addressed expects a record of no family at its own address, as a surface.
func addressed(deployment string) func(Gomega, In) string {
	return func(g Gomega, in In) string {
		body, _, reason := in.runBody()
		g.Expect(reason).To(BeEmpty(), "the run request")
		g.Expect(body.Endpoint).NotTo(BeNil(), "endpoint of the run request")
		g.Expect(body.Provider).To(Equal(in.Want.Get("wire.provider")), "provider of the run request")
		return deploymentIs(deployment)(g, in)
	}
}

// failsClosed expects that a run for which the project has no usable connection
// ends, with an error that the caller can act on.
func failsClosed(g Gomega, in In) string {
	g.Expect(in.handedOn()).To(BeFalse(), "a run request, although the project has no usable connection")
	g.Expect(in.modelCalls()).To(BeEmpty(), "requests to providers")
	g.Expect(in.failure()).NotTo(BeEmpty(), "class of the error")
	return ""
}

func ifNil(violated bool, reason string) string {
	if violated {
		return ""
	}
	return reason
}

// bareModel expects the provider's own id on the wire.
func bareModel(g Gomega, in In) string {
	body, _, reason := in.runBody()
	g.Expect(reason).To(BeEmpty(), "the run request")
	g.Expect(body.Model).To(HaveValue(Equal(in.id())), "model of the run request")
	return ""
}

// id is the model id that the case asks for, "" for none.
func (in In) id() string {
	switch {
	case in.Case.Is("model", "no-model"):
		return ""
	case in.Case.Is("harness", "claude") && in.Case.Is("model", "built-in") && in.Case.Is("provider", "azure", "bedrock", "vertex_ai"):
		return "sonnet" // an alias of Claude Code
	}
	return in.Kind[in.Case.Get("model")]
}

// refused expects the typed error that the tables name, and no run.
func refused(g Gomega, in In) string {
	if want := in.Want.Get("refusal"); want == "any" {
		g.Expect(in.failure()).NotTo(BeEmpty(), "class of the error")
	} else {
		g.Expect(in.failure()).To(Equal(want), "class of the error (%s)", failureText(in))
	}
	g.Expect(in.handedOn()).To(BeFalse(), "a run request, although the agent's request is to be refused")
	return ""
}

func failureText(in In) string {
	if in.Got.Outcome == nil || in.Got.Outcome.Error == nil {
		return ""
	}
	return in.Got.Outcome.Error.Message
}

// findsNamed is selectsNamed where a refusal for another reason than that the
// record was not found says nothing of the choice.
func findsNamed(g Gomega, in In) string {
	if class := in.failure(); in.runCall() == nil && in.Want.Is("refusal", "no") && class != "" && class != "ConnectionNotFoundError" {
		return "no run began: the request was refused with " + class
	}
	return selectsNamed(g, in)
}

// selectsNamed expects the named record's key, or a plain error if there is no
// such record.
func selectsNamed(g Gomega, in In) string {
	if in.Want.Is("refusal", "ConnectionNotFoundError") {
		return refused(g, in)
	}
	g.Expect(in.runCall()).NotTo(BeNil(), "the run request")
	g.Expect(in.sightings([]evidence.Role{evidence.RoleChosen}, "wire")).NotTo(BeEmpty(), "the named record's key in the run request")
	g.Expect(in.sightings([]evidence.Role{evidence.RoleOther}, "wire")).To(BeEmpty(), "another record's key in the run request")
	return ""
}

// oneOrAmbiguous expects the record that the rules pick, or that none is.
func oneOrAmbiguous(g Gomega, in In) string {
	if in.Want.Is("refusal", "AmbiguousConnectionError") {
		g.Expect(in.sightings([]evidence.Role{evidence.RoleOther, evidence.RoleChosen}, "wire", "providers")).To(BeEmpty(), "a key of either record at work")
		return refused(g, in)
	}
	return selectsNamed(g, in)
}

// withoutCredential expects a run request that says runtime_provided and holds
// no secret.
func withoutCredential(g Gomega, in In) string {
	body, _, reason := in.runBody()
	g.Expect(reason).To(BeEmpty(), "the run request")
	g.Expect(body.CredentialMode).To(Equal("runtime_provided"), "credentialMode of the run request")
	g.Expect(body.Secrets).To(BeEmpty(), "secrets of the run request")
	return ""
}

// onlyListed expects that the list route is all of the vault that is used.
func onlyListed(g Gomega, in In) string {
	g.Expect(in.reads()).NotTo(BeEmpty(), "calls to the vault")
	for i, c := range in.Got.Vault {
		g.Expect(c.Method+" "+c.Path).To(HaveSuffix("/secrets/"), "vault call %d", i)
		g.Expect(c.Method).To(Equal("GET"), "method of vault call %d", i)
	}
	return ""
}

// labelled is the mark of the canary with that role, "" if there is none.
func (in In) labelled(role evidence.Role) string {
	for _, s := range in.Got.Secrets {
		if s.Role == role {
			return evidence.Mark(s.Label)
		}
	}
	return ""
}
