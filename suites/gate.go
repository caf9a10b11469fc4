package suites

import (
	"github.com/agenta-ai/conform/fakes/runner"
	"github.com/agenta-ai/conform/matrix"
	"github.com/agenta-ai/conform/subjects/protocol"
	. "github.com/onsi/gomega"
)

func gate() []Check {
	needs := []string{protocol.CapResolve}
	catalog := []string{protocol.CapCatalog}
	passes := func(facts ...string) func(matrix.Case, matrix.Expectation) bool {
		return managed(append([]string{"record=custom_provider", "observe=turn"}, facts...)...)
	}
	return []Check{
		{Clause: "GATE-1", Speaks: refusedEarly, Gateway: true, Needs: needs, Shows: passes("harness=pi_core", "provider=openrouter", "connection=named"), Judge: reachesRunner},
		{Clause: "GATE-2", Speaks: refusedEarly, Gateway: true, Needs: needs, Shows: passes("harness=pi_agenta", "provider=openrouter", "connection=named"), Judge: reachesRunner},
		{Clause: "GATE-3", Speaks: refusedEarly, Gateway: true, Needs: needs, Shows: passes("harness=pi_core|pi_agenta", "provider="+families, "connection=named"), Judge: reachesRunner},
		{Clause: "GATE-4", Speaks: refusedEarly, Gateway: true, Needs: needs, Shows: passes("harness=pi_core|pi_agenta", "provider="+families, "connection=default"), Judge: reachesRunner},
		{Clause: "GATE-5", Needs: needs, Shows: where("refusal=UnsupportedDeploymentError", "harness=pi_core|pi_agenta"), Judge: refused},
		{Clause: "GATE-6", Edition: plan, Needs: needs, Shows: beforeTheVault, Judge: refusedUnread},
		{Clause: "GATE-6", Edition: revision, Speaks: refusedEarly, Across: []string{"spelling"}, Needs: needs, Shows: func(c matrix.Case, x matrix.Expectation) bool {
			return beforeTheVault(c, x) || throughThePreCheck(c, x)
		}, Judge: func(g Gomega, in In) string {
			if throughThePreCheck(in.Case, in.Want) {
				return reachesRunner(g, in)
			}
			return refusedUnread(g, in)
		}},
		{Clause: "GATE-7", Shows: where("observe=functions"), Judge: gateProbe("mode", "UnsupportedConnectionModeError")},
		{Clause: "GATE-8", Edition: plan, Needs: catalog, Shows: where("observe=catalog"), Judge: piDeploys("direct")},
		{Clause: "GATE-8", Edition: revision, Needs: catalog, Shows: where("observe=catalog"), Judge: piDeploys("direct", "custom")},
		{Clause: "GATE-9", Needs: catalog, Shows: where("observe=catalog"), Judge: func(g Gomega, in In) string {
			g.Expect(in.Got.Catalog).NotTo(BeNil(), "the catalog")
			if in.Got.Catalog == nil {
				return ""
			}
			g.Expect(in.Got.Catalog.Harnesses).NotTo(BeEmpty(), "harnesses in the catalog")
			for _, h := range in.Got.Catalog.Harnesses {
				for _, family := range []string{"openai", "anthropic", "gemini", "mistral", "mistralai", "minimax", "groq", "together_ai", "openrouter", "cohere"} {
					g.Expect(h.Deployments).NotTo(ContainElement(family), "deployments of %s", h.Key)
				}
			}
			return ""
		}},
		{Clause: "GATE-10", Needs: needs, Shows: where("refusal=UnsupportedProviderError|UnsupportedDeploymentError", "refusal.status=422"), Judge: func(g Gomega, in In) string {
			g.Expect(in.Got.Outcome).To(HaveValue(HaveField("Status", 422)), "HTTP status of the refusal")
			return ""
		}},
		{Clause: "GATE-11", Shows: where("observe=functions"), Judge: func(g Gomega, in In) string {
			if reason := gateProbe("vertex-on-pi", "UnsupportedDeploymentError")(g, in); reason != "" {
				return reason
			}
			if reason := gateProbe("vertex", "")(g, in); reason != "" {
				return reason
			}
			return gateProbe("vertex_ai", "")(g, in)
		}},
		{Clause: "GATE-12", Needs: needs, Shows: where("harness=pi_core|pi_agenta", "provider=azure|bedrock|vertex_ai|sagemaker", "record=custom_provider", "connection=default"), Judge: func(g Gomega, in In) string {
			g.Expect(in.failure()).NotTo(BeEmpty(), "class of the refusal")
			g.Expect(in.handedOn()).To(BeFalse(), "a run request, degraded instead of refused")
			return ""
		}},
		{Clause: "GATE-13", Speaks: refusedEarly, Gateway: true, Needs: needs, Shows: where("harness=claude", "observe=turn", "vault=alone|crowded", "vault-fault=no-fault", "!refusal=MissingProviderError|MissingCredentialError"), Judge: func(g Gomega, in In) string {
			if !in.Want.Is("refusal", "no") {
				return refused(g, in)
			}
			return reachesRunner(g, in)
		}},
		{Clause: "GATE-14", Speaks: refusedEarly, Needs: needs, Shows: passes("harness=claude", "provider=anthropic", "wire.url=yes"), Judge: func(g Gomega, in In) string {
			body, _, reason := in.runBody()
			g.Expect(reason).To(BeEmpty(), "the run request")
			record, _ := in.record()
			g.Expect(body.Endpoint).To(HaveValue(HaveField("BaseURL", record.Data.Provider.URL)), "endpoint of the run request")
			return deploymentIs("direct")(g, in)
		}},
		{Clause: "GATE-15", Shows: where("observe=functions"), Judge: gateProbe("unknown-harness", "")},
		{Clause: "GATE-16", Edition: revision, Speaks: refusedEarly, Needs: needs, Shows: passes("harness=pi_core|pi_agenta", "provider=custom", "connection=named", "stated=no"), Judge: reachesRunner},
		{Clause: "GATE-17", Edition: revision, Needs: needs, Shows: where("harness=pi_core|pi_agenta", "provider=custom", "vault=mismatch"), Judge: func(g Gomega, in In) string {
			g.Expect(in.handedOn()).To(BeFalse(), "a run request for an OpenAI-compatible connection as another family's")
			g.Expect(in.failure()).To(HavePrefix("Unsupported"), "class of the error (%s)", failureText(in))
			return ""
		}},
		{Clause: "GATE-18", Speaks: refusedEarly, Gateway: true, Across: []string{"harness"}, Needs: needs, Shows: managed("record=provider_key", "vault=alone|own-name", "observe=turn", "runner=sound"), Judge: acceptedOrRefusedByName},
	}
}

func unshownGate() map[string]string { return nil }

var (
	// beforeTheVault are refusals of a provider that the harness cannot reach.
	beforeTheVault = where("refusal=UnsupportedProviderError", "vault.reads=0")
	// throughThePreCheck are named connections whose stated provider is no family.
	throughThePreCheck = where("mode=env", "connection=named", "spelling=kind-stated")
)

func refusedUnread(g Gomega, in In) string {
	g.Expect(in.reads()).To(BeEmpty(), "calls to the vault before the refusal")
	return refused(g, in)
}

// piDeploys expects exactly these deployments of Pi in the catalog.
func piDeploys(want ...string) func(Gomega, In) string {
	return func(g Gomega, in In) string {
		for _, key := range []string{"pi_core", "pi_agenta"} {
			h, ok := harness(in, key)
			g.Expect(ok).To(BeTrue(), "%s in the catalog", key)
			g.Expect(h.Deployments).To(ConsistOf(want), "deployments of %s", key)
		}
		return ""
	}
}

// acceptedOrRefusedByName expects a run, or a refusal of the harness kind itself
// when the configuration is read. A gate that blames the provider or the mode
// hides that the kind can run nothing.
func acceptedOrRefusedByName(g Gomega, in In) string {
	if in.Got.Outcome != nil && in.Got.Outcome.Error != nil && in.Got.Outcome.Error.Stage == "config" && in.runCall() == nil {
		g.Expect(failureText(in)).To(ContainSubstring(in.Case.Get("harness")), "the harness in the text of the refusal")
		g.Expect(in.reads()).To(BeEmpty(), "calls to the vault before the harness is refused")
		return ""
	}
	g.Expect(in.runCall()).NotTo(BeNil(), "a run request with a connection of a listed family (%s %s)", in.failure(), failureText(in))
	return ""
}

// reachesRunner expects exactly one run request and no refusal by a gate.
func reachesRunner(g Gomega, in In) string {
	runs := 0
	for _, c := range in.Got.Wire {
		if isRun(c) {
			runs++
		}
	}
	g.Expect(runs).To(Equal(1), "run requests (error of the caller: %s)", in.failure()+" "+failureText(in))
	g.Expect(in.failure()).NotTo(HavePrefix("Unsupported"), "class of the error")
	return ""
}

func isRun(c runner.Call) bool {
	return c.Method == "POST" && (c.Path == "/run" || c.Path == "/stream")
}

// gateProbe expects the error class that the gates give for a combination.
func gateProbe(label, class string) func(Gomega, In) string {
	return func(g Gomega, in In) string {
		var out protocol.GateOutput
		if reason := probeOutput(in, label, &out); reason != "" {
			return reason
		}
		got := ""
		if out.Error != nil {
			got = out.Error.Class
		}
		g.Expect(got).To(Equal(class), "what the gates say of %s", label)
		return ""
	}
}

func harness(in In, key string) (protocol.Harness, bool) {
	if in.Got.Catalog == nil {
		return protocol.Harness{}, false
	}
	for _, h := range in.Got.Catalog.Harnesses {
		if h.Key == key {
			return h, true
		}
	}
	return protocol.Harness{}, false
}
