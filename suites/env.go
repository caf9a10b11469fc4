package suites

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/matrix"
	"github.com/agenta-ai/conform/subjects/protocol"
	. "github.com/onsi/gomega"
)

// managed shows a clause where the run brings the chosen connection's key.
func managed(facts ...string) func(matrix.Case, matrix.Expectation) bool {
	return where(append([]string{"mode=env"}, facts...)...)
}

// carries expects the chosen key under one name of the run request.
func carries(g Gomega, in In, name string) {
	body, _, reason := in.runBody()
	g.Expect(reason).To(BeEmpty(), "the run request")
	g.Expect(body.Secrets).To(HaveKeyWithValue(name, in.chosen()), "secrets of the run request")
}

func env() []Check {
	needs := []string{protocol.CapResolve}
	full := []string{protocol.CapResolve, protocol.CapRun}
	copies := []string{protocol.CapEnvmap}
	return []Check{
		{Clause: "ENV-1", Speaks: uncredited, Needs: needs, Shows: managed("provider=together_ai"), Judge: func(g Gomega, in In) string {
			carries(g, in, "TOGETHER_API_KEY")
			return ""
		}},
		{Clause: "ENV-2", Shows: where("observe=envmap"), Judge: func(g Gomega, in In) string {
			return offline(g, in, "together_ai", "TOGETHER_API_KEY", true)
		}},
		{Clause: "ENV-3", Shows: where("observe=envmap"), Judge: func(g Gomega, in In) string { return dumped(g, in, "together_ai", "TOGETHER_API_KEY") }},
		{Clause: "ENV-4", Shows: where("observe=envmap"), Judge: func(g Gomega, in In) string {
			return offline(g, in, "minimax", "MINIMAX_API_KEY", false)
		}},
		{Clause: "ENV-5", Shows: where("observe=envmap"), Judge: func(g Gomega, in In) string { return dumped(g, in, "minimax", "MINIMAX_API_KEY") }},
		{Clause: "ENV-6", Speaks: uncredited, Needs: needs, Shows: managed("provider=minimax"), Judge: func(g Gomega, in In) string {
			carries(g, in, "MINIMAX_API_KEY")
			return ""
		}},
		{Clause: "ENV-7", Needs: copies, Shows: where("observe=envmap"), Judge: sameMaps},
		{Clause: "ENV-8", Across: []string{"provider"}, Speaks: uncredited, Needs: needs, Shows: managed("provider=openai|anthropic|gemini|mistral|mistralai|groq|openrouter"), Judge: func(g Gomega, in In) string {
			carries(g, in, in.Want.Get("wire.variable"))
			return ""
		}},
		{Clause: "ENV-9", Across: []string{"provider"}, Needs: full, Shows: managed("outcome=replies", "endpoint=no-url", "login=no-login", "ambient=clean", "observe=turn"), Judge: func(g Gomega, in In) string {
			g.Expect(in.travelled()).To(Equal(in.Kind["env"]), "variable that travelled, and that Pi looks up for the provider")
			usedAt(g, in, in.Want.Get("request.host"))
			return ""
		}},
		{Clause: "ENV-10", Speaks: uncredited, Needs: needs, Shows: managed("provider=together_ai", "credential=extras-variable"), Judge: func(g Gomega, in In) string {
			carries(g, in, "TOGETHER_API_KEY")
			return ""
		}},
		{Clause: "ENV-11", Needs: full, Shows: managed("provider=together_ai", "outcome=replies|fails|aborted", "!config=-"), Judge: func(g Gomega, in In) string {
			p := in.session()
			g.Expect(p).NotTo(BeNil(), "a Pi process")
			if p == nil {
				return ""
			}
			v, ok := variable(p, "TOGETHER_API_KEY")
			g.Expect(ok).To(BeTrue(), "TOGETHER_API_KEY in Pi's environment")
			g.Expect(in.worth(v.Value)).To(Equal(in.chosen()), "TOGETHER_API_KEY in Pi's environment")
			_, ok = variable(p, "TOGETHERAI_API_KEY")
			g.Expect(ok).To(BeFalse(), "TOGETHERAI_API_KEY in Pi's environment, beside the right name")
			return ""
		}},
		{Clause: "ENV-12", Needs: full, Shows: managed("provider=together_ai", "outcome=replies", "endpoint=no-url"), Judge: func(g Gomega, in In) string {
			usedAt(g, in, "api.together.ai")
			g.Expect(outcomeModel(in)).To(HavePrefix("together/"), "model of the reply")
			return ""
		}},
		{Clause: "ENV-13", Needs: full, Shows: managed("provider=minimax", "outcome=replies", "endpoint=no-url"), Judge: func(g Gomega, in In) string {
			usedAt(g, in, "api.minimax.io")
			return ""
		}},
		{Clause: "ENV-14", Needs: copies, Shows: where("observe=envmap"), Judge: func(g Gomega, in In) string {
			vars, ok := envCopy(in, "completion")
			if !ok {
				return "the subject shows no map of the completion path"
			}
			g.Expect(vars).To(HaveKeyWithValue("together_ai", "TOGETHERAI_API_KEY"), "map of the completion path")
			return ""
		}},
		{Clause: "ENV-15", Needs: append([]string{protocol.CapRun}, copies...), Shows: where("observe=envmap"), Judge: func(g Gomega, in In) string {
			if in.Got.Envmap == nil {
				g.Expect(in.Got.Envmap).NotTo(BeNil(), "the answer to envmap")
				return ""
			}
			g.Expect(in.Got.Envmap.Copies).NotTo(BeEmpty(), "copies of the map")
			for _, c := range in.Got.Envmap.Copies {
				for _, provider := range slices.Sorted(maps.Keys(c.Vars)) {
					name := c.Vars[provider]
					g.Expect(in.Got.Envmap.Cleared).To(ContainElement(name), "names the runner clears; the map %q has it for %s", c.Name, provider)
				}
			}
			g.Expect(in.Got.Envmap.Cleared).To(ContainElements("TOGETHER_API_KEY", "TOGETHERAI_API_KEY"), "names the runner clears")
			return ""
		}},
		{Clause: "ENV-16", Across: []string{"provider", "credential"}, Needs: needs, Shows: managed("wire.deployment=bedrock|vertex", "provider=bedrock|vertex_ai"), Judge: cloudNames},
		{Clause: "ENV-17", Needs: needs, Shows: managed("credential=junk-extras"), Judge: func(g Gomega, in In) string {
			body, _, reason := in.runBody()
			g.Expect(reason).To(BeEmpty(), "the run request")
			for _, junk := range []string{"NODE_OPTIONS", "PATH", "note", "NOTE"} {
				g.Expect(body.Secrets).NotTo(HaveKey(junk), "secrets of the run request")
			}
			return ""
		}},
		{Clause: "ENV-18", Across: []string{"credential"}, Needs: needs, Shows: managed("provider=bedrock"), Judge: func(g Gomega, in In) string {
			body, _, reason := in.runBody()
			g.Expect(reason).To(BeEmpty(), "the run request")
			for _, name := range slices.Sorted(maps.Keys(body.Secrets)) {
				g.Expect(strings.HasSuffix(name, "_API_KEY")).To(BeFalse(), "a bedrock credential travels as %s", name)
			}
			return ""
		}},
	}
}

// usedAt expects that the host was called with the chosen key.
func usedAt(g Gomega, in In, host string) {
	var keys []string
	for _, c := range in.modelCalls() {
		if c.Host == host {
			keys = append(keys, c.Key)
		}
	}
	g.Expect(keys).To(ContainElement(in.chosen()), "keys that %s was called with", host)
}

func outcomeModel(in In) string {
	if in.Got.Outcome == nil {
		return ""
	}
	return in.Got.Outcome.Model
}

func envCopy(in In, name string) (map[string]string, bool) {
	if in.Got.Envmap == nil {
		return nil, false
	}
	for _, c := range in.Got.Envmap.Copies {
		if c.Name == name {
			return c.Vars, true
		}
	}
	return nil, false
}

// sameMaps compares the copies on the agent's path with each other.
func sameMaps(g Gomega, in In) string {
	first := map[string]string(nil)
	name := ""
	if in.Got.Envmap == nil {
		g.Expect(in.Got.Envmap).NotTo(BeNil(), "the answer to envmap")
		return ""
	}
	for _, c := range in.Got.Envmap.Copies {
		if c.Name == "completion" {
			continue // a path of its own, ENV-14
		}
		if first == nil {
			first, name = c.Vars, c.Name
			continue
		}
		g.Expect(c.Vars).To(Equal(first), "map %q beside map %q", c.Name, name)
	}
	g.Expect(first).NotTo(BeEmpty(), "copies of the map")
	return ""
}

// probeOutput decodes the answer of a labelled probe; a reason if the subject
// does not offer it.
func probeOutput(in In, label string, into any) string {
	for _, p := range in.Got.Probes {
		if p.Label != label {
			continue
		}
		if p.Error != "" {
			return "the subject cannot be asked: " + p.Error
		}
		if err := json.Unmarshal([]byte(p.Output), into); err != nil {
			return "the answer to the probe is no JSON: " + err.Error()
		}
		return ""
	}
	return "the subject offers no such probe"
}

// probeRefused reports whether the subject's function refused what it was asked.
func (in In) probeRefused(label string) bool {
	return slices.ContainsFunc(in.Got.Probes, func(p evidence.Probe) bool { return p.Label == label && p.Error != "" })
}

// offline expects that both offline resolvers find a provider's key under its
// name and, where there is one, not under the old name.
func offline(g Gomega, in In, provider, name string, oldName bool) string {
	for _, resolver := range []string{"process-env", "static"} {
		var out protocol.OfflineOutput
		if reason := probeOutput(in, resolver+":"+provider, &out); reason != "" {
			return reason
		}
		g.Expect(out.CredentialMode).To(Equal("env"), "credential mode of %s in the %s resolver with %s set", provider, resolver, name)
		g.Expect(out.Env).To(HaveKey(name), "environment of %s in the %s resolver", provider, resolver)
		if !oldName {
			continue
		}
		if in.probeRefused(resolver + ":" + provider + ":old-name") {
			continue // with the old name alone it finds no key, and says so
		}
		var old protocol.OfflineOutput
		if reason := probeOutput(in, resolver+":"+provider+":old-name", &old); reason != "" {
			return reason
		}
		if _, named := old.Env["TOGETHERAI_API_KEY"]; resolver == "static" && !named {
			continue // a static resolver may be given the key alone, without any name
		}
		g.Expect(old.CredentialMode).NotTo(Equal("env"), "credential mode of %s in the %s resolver with the old name set", provider, resolver)
	}
	return ""
}

// dumped expects a provider's key in the whole-vault dump.
func dumped(g Gomega, in In, provider, name string) string {
	var out protocol.DumpOutput
	if reason := probeOutput(in, "dump", &out); reason != "" {
		return reason
	}
	g.Expect(out.Env).To(HaveKey(name), "the whole-vault dump, for %s", provider)
	g.Expect(out.Env).NotTo(HaveKey("TOGETHERAI_API_KEY"), "the whole-vault dump")
	return ""
}

// cloudNames expects the stored cloud settings under their environment names.
func cloudNames(g Gomega, in In) string {
	names := map[string]string{
		"aws_region_name": "AWS_REGION", "aws_access_key_id": "AWS_ACCESS_KEY_ID", "aws_secret_access_key": "AWS_SECRET_ACCESS_KEY", "aws_session_token": "AWS_SESSION_TOKEN",
		"vertex_ai_project": "GOOGLE_CLOUD_PROJECT", "vertex_ai_location": "GOOGLE_CLOUD_LOCATION", "vertex_ai_credentials": "GOOGLE_APPLICATION_CREDENTIALS",
	}
	body, _, reason := in.runBody()
	g.Expect(reason).To(BeEmpty(), "the run request")
	record, ok := in.record()
	if !ok {
		return "the chosen record is not known"
	}
	seen := false
	for _, extra := range slices.Sorted(maps.Keys(record.Data.Provider.Extras)) {
		if name, ok := names[extra]; ok {
			seen = true
			g.Expect(body.Secrets).To(HaveKeyWithValue(name, record.Data.Provider.Extras[extra]), "secrets of the run request, from %s", extra)
		}
	}
	if !seen {
		return "the record has no cloud settings"
	}
	return ""
}

func unshownEnv() map[string]string { return nil }
