package suites

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/subjects/protocol"
	"github.com/google/go-cmp/cmp"
	. "github.com/onsi/gomega"
)

// goldenMembers are the members of the run request before the plan, with the
// JSON type of each ("" where several are in use).
var goldenMembers = map[string]string{
	"harness": "string", "sandbox": "string", "sessionId": "string", "agentsMd": "string",
	"messages": "array", "context": "", "telemetry": "object", "tools": "array", "customTools": "array",
	"toolCallback": "object", "permissionPolicy": "string", "model": "string", "provider": "string",
	"deployment": "string", "credentialMode": "string", "endpoint": "object", "secrets": "object",
	"connection": "object", "systemPrompt": "string", "appendSystemPrompt": "string", "mcpServers": "",
	"skills": "array", "sandboxPermission": "", "harnessFiles": "array", "runContext": "object",
	"turnId": "string", "projectId": "string",
}

func wire() []Check {
	service := []string{protocol.CapResolve}
	runner := []string{protocol.CapRun}
	sent := where("mode=env|runtime_provided")
	return []Check{
		{Clause: "WIRE-1", Edition: plan, Needs: service, Shows: sent, Judge: noNewMember()},
		{Clause: "WIRE-1", Edition: revision, Needs: service, Shows: sent, Judge: noNewMember("slug")},
		{Clause: "WIRE-2", Needs: service, Shows: sent, Judge: flatMembers},
		{Clause: "WIRE-3", Needs: service, Shows: managed(), Judge: keyOnce},
		{Clause: "WIRE-4", Needs: service, Shows: sent, Judge: endpointShape},
		{Clause: "WIRE-5", Needs: service, Shows: where("mode=env|runtime_provided", "!model=no-model"), Judge: exactModel},
		{Clause: "WIRE-6", Edition: plan, Needs: service, Shows: where("mode=runtime_provided", "spelling=text", "extras=plain"), Judge: goldenShape},
		{Clause: "WIRE-7", Needs: service, Shows: managed("record=custom_provider", "provider=openrouter", "model=built-in|slash-id"), Judge: openrouterKey},
		{Clause: "WIRE-8", Edition: revision, Needs: service, Shows: managed("wire.slug=yes"), Judge: slugBesideProvider},
		{Clause: "WIRE-9", Needs: service, Shows: where("wire.connection=yes"), Judge: authorChoice},
		// Of WIRE-10 a run can show the major that the runner names: this edition
		// breaks nothing, so it is 1. That mirrors and goldens change together is a
		// matter of review.
		{Clause: "WIRE-10", Needs: runner, Shows: where("observe=health"), Judge: healthMajor},
		{Clause: "WIRE-11", Needs: runner, Shows: where("turn=stream", "mode=env|runtime_provided", "harness=pi_core|pi_agenta", "runner=sound"), Judge: streamOrder},
		{Clause: "WIRE-12", Needs: runner, Shows: where("outcome=fails|not-settable"), Judge: failedReply},
	}
}

func unshownWire() map[string]string { return nil }

// request is the run request; that there is none is a mismatch. Members are
// there to look at even when some have another type than they should.
func (in In) request(g Gomega) (body WireBody, members map[string]any, ok bool) {
	body, members, reason := in.runBody()
	g.Expect(reason).To(BeEmpty(), "the run request")
	return body, members, reason == ""
}

// noNewMember expects no member that the request did not have before the plan,
// but those that the edition adds.
func noNewMember(allowed ...string) func(Gomega, In) string {
	return func(g Gomega, in In) string {
		_, members, _ := in.request(g)
		if members == nil {
			return ""
		}
		var added []string
		for _, name := range slices.Sorted(maps.Keys(members)) {
			if _, known := goldenMembers[name]; !known && !slices.Contains(allowed, name) {
				added = append(added, name)
			}
		}
		g.Expect(added).To(BeEmpty(), "new top-level members of the run request")
		return ""
	}
}

// slugBesideProvider expects the chosen record's slug where the resolved
// connection travels: beside provider and deployment.
func slugBesideProvider(g Gomega, in In) string {
	_, members, _ := in.request(g)
	if members == nil {
		return ""
	}
	record, ok := in.record()
	if !ok {
		return "the chosen record is not known"
	}
	g.Expect(members["slug"]).To(Equal(record.Slug), "slug at the top level of the run request")
	return ""
}

// flatMembers expects the resolved connection at the top level and the
// environment under secrets alone.
func flatMembers(g Gomega, in In) string {
	body, members, ok := in.request(g)
	if !ok {
		return ""
	}
	mode := in.Want.Get("mode")
	g.Expect(members["credentialMode"]).To(Equal(mode), "credentialMode at the top level of the run request")
	deployment, _ := members["deployment"].(string)
	g.Expect(surface(deployment)).To(Equal(in.Want.Get("wire.deployment")), "deployment at the top level of the run request")
	if want := in.Want.Get("wire.provider"); want != "-" {
		g.Expect(members["provider"]).To(Equal(want), "provider at the top level of the run request")
	}
	if in.requested() != "" {
		g.Expect(slices.Sorted(maps.Keys(members))).To(ContainElement("model"), "model at the top level of the run request")
	}
	if in.Want.Is("wire.url", "yes") {
		g.Expect(slices.Sorted(maps.Keys(members))).To(ContainElement("endpoint"), "endpoint at the top level of the run request")
	}
	if mode != "env" {
		g.Expect(body.Secrets).To(BeEmpty(), "secrets of the run request")
		return ""
	}
	variable := in.travelled()
	secrets, _ := members["secrets"].(map[string]any)
	g.Expect(secrets).To(HaveKey(variable), "secrets of the run request")
	var elsewhere []string
	walk(members, "", func(path, member string, _ any) {
		if member == variable && path != "secrets."+variable {
			elsewhere = append(elsewhere, path)
		}
	})
	g.Expect(elsewhere).To(BeEmpty(), "%s outside secrets of the run request", variable)
	return ""
}

// keyOnce expects each part of the chosen credential at one JSON path at most,
// and one of them where the environment belongs.
func keyOnce(g Gomega, in In) string {
	body, members, _ := in.request(g)
	if members == nil {
		return ""
	}
	variable := in.travelled()
	var all []string
	for _, label := range slices.Sorted(maps.Keys(in.labels(evidence.RoleChosen))) {
		var paths []string
		walk(members, "", func(path, member string, value any) {
			text, _ := value.(string)
			if strings.Contains(text, evidence.Mark(label)) || strings.Contains(member, evidence.Mark(label)) {
				paths = append(paths, path)
			}
		})
		if len(paths) > 1 {
			g.Expect(paths).To(HaveLen(1), "paths of the run request that hold the key %s", label)
		}
		all = append(all, paths...)
	}
	path, ok := body.Paths[variable]
	if !ok {
		path = "secrets." + variable // where it would have to be
	}
	g.Expect(all).To(ContainElement(path), "paths of the run request that hold the chosen credential")
	return ""
}

// endpointShape compares endpoint with what the record says.
func endpointShape(g Gomega, in In) string {
	_, members, _ := in.request(g)
	if members == nil {
		return ""
	}
	endpoint, present := placed(members, "endpoint")
	switch in.Want.Get("wire.url") {
	case "no":
		r, ok := in.record()
		if ok && r.Data.Provider.Version != "" && in.Want.Is("mode", "env") { // an address is not all that a used record can say
			g.Expect(endpoint).To(Equal(map[string]any{"apiVersion": r.Data.Provider.Version}), "endpoint of the run request")
			return ""
		}
		g.Expect(present).To(BeFalse(), "endpoint in the run request, although there is nothing to say: %v", endpoint)
		return ""
	case "-":
		if !present {
			return "this run request has no endpoint, and whether it should is not settled"
		}
		named, _ := endpoint.(map[string]any)
		for name, value := range named {
			g.Expect([]string{"baseUrl", "apiVersion", "region", "headers"}).To(ContainElement(name), "member of endpoint")
			g.Expect(value).NotTo(BeElementOf("", nil), "endpoint.%s of the run request", name)
		}
		return ""
	}
	want := map[string]any{"baseUrl": in.storedURL()}
	if version := in.storedVersion(); version != "" {
		want["apiVersion"] = version
	}
	g.Expect(cmp.Diff(any(want), endpoint)).To(BeEmpty(), "endpoint of the run request (-expected +seen)")
	return ""
}

// placed is a member that says what was resolved, at the top level or in a
// modelConnection: where it belongs is another clause's business.
func placed(members map[string]any, name string) (any, bool) {
	if c, ok := members["modelConnection"].(map[string]any); ok {
		value, present := c[name]
		return value, present
	}
	value, present := members[name]
	return value, present
}

func exactModel(g Gomega, in In) string {
	body, _, ok := in.request(g)
	if ok {
		g.Expect(body.Model).To(HaveValue(Equal(in.requested())), "model of the run request")
	}
	return ""
}

// goldenShape expects nothing that the request did not have before the plan:
// no connection, no endpoint, no secret, and each member of its old type.
func goldenShape(g Gomega, in In) string {
	_, members, _ := in.request(g)
	if members == nil {
		return ""
	}
	for _, name := range []string{"harness", "sandbox", "messages", "secrets"} {
		g.Expect(slices.Sorted(maps.Keys(members))).To(ContainElement(name), "members of the run request")
	}
	for _, name := range []string{"endpoint", "connection"} {
		g.Expect(slices.Sorted(maps.Keys(members))).NotTo(ContainElement(name), "members of the run request")
	}
	g.Expect(cmp.Diff(any(map[string]any{}), members["secrets"])).To(BeEmpty(), "secrets of the run request (-expected +seen)")
	for _, name := range slices.Sorted(maps.Keys(members)) {
		want, known := goldenMembers[name]
		g.Expect(known).To(BeTrue(), "%s in the run request, which the golden does not have", name)
		if value := members[name]; want != "" && value != nil {
			g.Expect(jsonType(value)).To(Equal(want), "type of %s in the run request", name)
		}
	}
	return ""
}

func openrouterKey(g Gomega, in In) string {
	body, _, ok := in.request(g)
	if ok {
		g.Expect(body.CredentialMode).To(Equal("env"), "credentialMode of the run request")
		g.Expect(body.Secrets["OPENROUTER_API_KEY"]).To(Equal(in.chosen()), "secrets.OPENROUTER_API_KEY of the run request")
	}
	return ""
}

func authorChoice(g Gomega, in In) string {
	_, members, _ := in.request(g)
	if members == nil {
		return ""
	}
	var written struct {
		Connection map[string]any `json:"connection"`
	}
	if turn := in.Got.Input.Turn; turn == nil || json.Unmarshal(turn.LLM, &written) != nil || written.Connection == nil {
		return "what the author wrote is not known"
	}
	g.Expect(cmp.Diff(any(written.Connection), members["connection"])).To(BeEmpty(), "connection of the run request (-expected +seen)")
	return ""
}

func healthMajor(g Gomega, in In) string {
	reply := in.Got.Health
	g.Expect(reply).NotTo(BeNil(), "a reply to GET /health")
	if reply == nil {
		return ""
	}
	g.Expect(reply.Error).To(BeEmpty(), "error of GET /health")
	g.Expect(reply.Status).To(Equal(200), "status of GET /health")
	var doc map[string]any
	if err := json.Unmarshal([]byte(reply.Body), &doc); err != nil {
		g.Expect(reply.Body).To(Equal(`{"ok":true,"protocol":1}`), "reply to GET /health")
		return ""
	}
	g.Expect(doc["ok"]).To(Equal(true), "ok of GET /health")
	g.Expect(doc["protocol"]).To(Equal(float64(1)), "protocol of GET /health")
	return ""
}

// requested is the id that the agent asks for: on Claude a cloud record is asked
// for by alias.
func (in In) requested() string {
	if in.Case.Is("harness", "claude") && in.Case.Is("model", "built-in") && in.Case.Is("provider", "bedrock", "vertex_ai", "azure") {
		return "sonnet"
	}
	return in.id()
}

// storedURL is the address that the chosen record holds.
func (in In) storedURL() string {
	if r, ok := in.record(); ok && r.Data.Provider.URL != "" {
		return r.Data.Provider.URL
	}
	base := map[string]string{"base-url": "https://llm.acme.example/team", "port-url": "https://llm.acme.example:8443/team", "blocked-url": "http://10.20.30.40:8080"}[in.Case.Get("endpoint")]
	if base == "" || in.Case.Is("provider", "anthropic") {
		return base
	}
	return base + "/v1"
}

// storedVersion is the version that the chosen record holds.
func (in In) storedVersion() string {
	if r, ok := in.record(); ok {
		return r.Data.Provider.Version
	}
	if in.Case.Is("credential", "junk-extras") {
		return "2026-01-01"
	}
	return ""
}

// walk visits each member and element of a JSON value with its path.
func walk(value any, path string, visit func(path, member string, value any)) {
	switch v := value.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			at := strings.TrimPrefix(path+"."+name, ".")
			visit(at, name, v[name])
			walk(v[name], at, visit)
		}
	case []any:
		for i, item := range v {
			at := fmt.Sprintf("%s[%d]", path, i)
			visit(at, "", item)
			walk(item, at, visit)
		}
	}
}

func jsonType(value any) string {
	switch value.(type) {
	case string:
		return "string"
	case float64:
		return "number"
	case bool:
		return "boolean"
	case []any:
		return "array"
	case map[string]any:
		return "object"
	}
	return "null"
}
