package suites

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/agenta-ai/conform/contract"
	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/fakes/egress"
	"github.com/agenta-ai/conform/fakes/pi/flight"
	"github.com/agenta-ai/conform/fakes/providers"
	"github.com/agenta-ai/conform/fakes/runner"
	"github.com/agenta-ai/conform/fakes/vault"
	"github.com/agenta-ai/conform/matrix"
	"github.com/agenta-ai/conform/subjects/protocol"
	"github.com/agenta-ai/conform/verdict"
)

// plain is the case that most faults are shown in.
const plain = "pi_core/local/custom_provider/openrouter/named/base-url/custom-id/strict-unset"

// mark of the chosen key in the fixtures.
const mark = "«chosen:main»"

// fault is one row of a table: what goes wrong in the good evidence of a case,
// and what the check of the clause then says (the first line of each mismatch).
type fault struct {
	clause string
	cell   string // plain if empty
	name   string
	spoil  func(e *evidence.Evidence)
	says   []string
}

// judgeFaults judges each case of the table twice: as it should be, and spoilt.
func judgeFaults(t *testing.T, checks []Check, faults []fault) {
	t.Helper()
	m := edition(t)
	tried := map[string]bool{}
	for _, f := range faults {
		tried[f.clause] = true
		t.Run(f.clause+" "+f.name, func(t *testing.T) {
			check := pickCheck(t, checks, f.clause)
			cell := f.cell
			if cell == "" {
				cell = plain
			}
			in := good(t, m, cell)
			if !check.Shows(in.Case, in.Want) {
				t.Fatalf("%s does not show %s", cell, f.clause)
			}
			if found := judge(check, in); found.Judgement != verdict.Holds {
				t.Fatalf("good evidence: %s, %s\n%s", found.Judgement, found.Reason, strings.Join(found.Mismatches, "\n"))
			}
			f.spoil(in.Got)
			found := judge(check, in)
			var says []string
			for _, mismatch := range found.Mismatches {
				first, _, _ := strings.Cut(mismatch, "\n")
				says = append(says, first)
			}
			if strings.Join(says, "\n") != strings.Join(f.says, "\n") {
				t.Errorf("the check says\n\t%s\nnot\n\t%s\nin full:\n%s", strings.Join(says, "\n\t"), strings.Join(f.says, "\n\t"), strings.Join(found.Mismatches, "\n"))
			}
		})
	}
	for _, c := range checks {
		if !tried[c.Clause] {
			t.Errorf("no fault is tried on %s", c.Clause)
		}
	}
}

// unsure is one row of a table of evidence on which a clause cannot be judged.
type unsure struct {
	clause string
	cell   string
	spoil  func(e *evidence.Evidence)
	reason string
}

func judgeUnsure(t *testing.T, checks []Check, rows []unsure) {
	t.Helper()
	m := edition(t)
	for _, r := range rows {
		t.Run(r.clause+" "+r.reason, func(t *testing.T) {
			cell := r.cell
			if cell == "" {
				cell = plain
			}
			in := good(t, m, cell)
			r.spoil(in.Got)
			found := judge(pickCheck(t, checks, r.clause), in)
			if found.Judgement != verdict.NotApplicable || found.Reason != r.reason {
				t.Errorf("%s %q %q, not %q", found.Judgement, found.Reason, found.Mismatches, r.reason)
			}
		})
	}
}

// judgeGood judges good evidence of every planned cell: nothing may be violated.
func judgeGood(t *testing.T, checks []Check) {
	t.Helper()
	m := edition(t)
	held := map[string]int{}
	for _, c := range m.Plan(matrix.Pairwise, matrix.Run{Pi: "fake"}, 1).Cases {
		want, err := m.Expect(c)
		if err != nil {
			t.Fatal(err)
		}
		if len(Clauses(checks, c, want)) == 0 {
			continue
		}
		for _, f := range Judge(checks, good(t, m, c.ID())) {
			switch f.Judgement {
			case verdict.Holds:
				held[f.Clause]++
			case verdict.Violated:
				t.Fatalf("%s: %s\n%s", c, f.Clause, strings.Join(f.Mismatches, "\n"))
			}
		}
	}
	for _, c := range checks {
		if held[c.Clause] == 0 {
			t.Errorf("%s holds in no cell of the default plan", c.Clause)
		}
	}
}

func pickCheck(t *testing.T, checks []Check, clause string) Check {
	t.Helper()
	for _, c := range checks {
		if c.Clause == clause {
			return c
		}
	}
	t.Fatalf("no check of %s", clause)
	return Check{}
}

func edition(t *testing.T) *matrix.Matrix {
	t.Helper()
	c, err := contract.Load()
	if err != nil {
		t.Fatal(err)
	}
	m, err := matrix.Load(plan, c)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// good is the evidence that a subject leaves which does in that case what the
// tables expect. It is made from the expectation alone.
func good(t *testing.T, m *matrix.Matrix, cell string) In {
	t.Helper()
	c, err := m.Parse(cell)
	if err != nil {
		t.Fatal(err)
	}
	want, err := m.Expect(c)
	if err != nil {
		t.Fatal(err)
	}
	in := In{Case: c, Want: want, Kind: m.Kinds[c.Get("provider")], Got: &evidence.Evidence{}}
	b := stage{in, in.Got}
	b.input(m)
	if c.Is("observe", "health") {
		b.e.Health = &evidence.DirectReply{Status: 200, Body: `{"ok":true,"protocol":1}`}
	}
	if c.Is("observe", "functions") {
		b.e.Probes = []evidence.Probe{{Name: protocol.ProbePrint, Label: "print", Output: `{"printed":["openrouter key=***"]}`}}
	}
	if turns(c, want) {
		b.turn()
		b.sandbox()
	}
	return in
}

type stage struct {
	in In
	e  *evidence.Evidence
}

func (b stage) input(m *matrix.Matrix) {
	c, k := b.in.Case, b.in.Kind
	b.e.Subject.Capabilities = []string{protocol.CapResolve, protocol.CapRun, protocol.CapPicker, protocol.CapCatalog, protocol.CapEnvmap}
	b.e.Secrets = []evidence.Secret{
		{Label: "chosen:main", Role: evidence.RoleChosen, Name: "main", Kind: c.Get("provider")},
		{Label: "other:spare", Role: evidence.RoleOther, Name: "spare"},
		{Label: "foreign:openrouter", Role: evidence.RoleForeign, Name: "openrouter"},
		{Label: "caller:platform-key", Role: evidence.RoleCaller, Name: "platform-key"},
		{Label: "operator:login", Role: evidence.RoleOperator, Name: "login"},
		{Label: "ambient:GROQ_API_KEY", Role: evidence.RoleAmbient, Name: "GROQ_API_KEY"},
		{Label: "ambient:AWS_SECRET_ACCESS_KEY", Role: evidence.RoleAmbient, Name: "AWS_SECRET_ACCESS_KEY"},
		{Label: "ambient:own", Role: evidence.RoleAmbient, Name: k["env"]},
		{Label: "extra:main.note", Role: evidence.RoleExtra, Name: "main.note"},
		{Label: "infra:AGENTA_RUNNER_TOKEN", Role: evidence.RoleInfra, Name: "AGENTA_RUNNER_TOKEN"},
	}
	switch c.Get("login") {
	case "other":
		b.e.Input.Login = `{"` + m.Kinds[k["other"]]["pi"] + `":{"type":"api_key","key":"«operator:login»"}}`
	case "same":
		b.e.Input.Login = `{"` + k["pi"] + `":{"type":"api_key","key":"«operator:login»"}}`
	case "oauth":
		b.e.Input.Login = `{"anthropic":{"type":"oauth","access":"«operator:login»","refresh":"r","expires":4102444800000}}`
	}
	if c.Is("ambient", "polluted") {
		b.e.Input.Ambient = []string{"ANTHROPIC_OAUTH_TOKEN", "AWS_SECRET_ACCESS_KEY", "GROQ_API_KEY", k["env"]}
	}
	if !c.Is("record", "no-record") {
		p := vault.Provider{URL: b.in.storedURL(), Key: mark}
		if c.Is("credential", "junk-extras") {
			p.Version = "2026-01-01"
		}
		b.e.Input.Records = []vault.Record{vault.Custom("main", c.Get("provider"), p)}
	}
	if c.Is("connection", "named") {
		b.e.Input.Turn = &protocol.Turn{LLM: json.RawMessage(`{"connection":{"mode":"agenta","slug":"main"}}`)}
	}
	b.e.Input.Reply = "Hello from the model."
	if !c.Is("banner", "no-banner") {
		b.e.Input.Banner = "pi v0.79.4\n---\n\n## Extensions\n- /a/b.js\n\n"
	}
	if c.Is("banner", "only") {
		b.e.Input.Reply = ""
	}
	folder := []evidence.Entry{{Path: "settings.json", Mode: "0644", Sum: "s", Content: `{"conformMarker":"own"}`}}
	if b.e.Input.Login != "" {
		folder = append(folder, evidence.Entry{Path: "auth.json", Mode: "0600", Sum: "l", Content: b.e.Input.Login})
	}
	b.e.Operator = evidence.Operator{Before: folder, After: append([]evidence.Entry(nil), folder...)}
}

func (b stage) turn() {
	want := b.in.Want
	out := &protocol.Outcome{OK: want.Is("outcome", "replies", "falls-back", "reaches"), Status: 200}
	if !out.OK {
		out.Status, out.Error = 500, &protocol.Failure{Class: "AgentRunFailed", Stage: "run", Message: "the model provider refused the request"}
	}
	if want.Is("outcome", "refused") {
		out.Status, out.Error.Class = 422, want.Get("refusal")
	}
	b.e.Outcome, b.e.Log = out, []string{"started"}
	if want.Is("outcome", "refused") {
		return
	}
	if out.OK {
		out.Reply, out.Deltas = b.e.Input.Reply, []string{b.e.Input.Reply}
		out.Model = b.in.Kind["pi"] + "/" + b.in.id()
	}
	b.wire(out.OK)
	if b.in.Case.Is("harness", "claude") {
		return
	}
	if want.Is("mode", "none") {
		b.e.Direct = &evidence.DirectReply{Status: 500, Body: `{"ok":false,"error":"no credential"}`}
		b.e.Outcome = nil
		return
	}
	if want.Is("called", "none") {
		return
	}
	b.pi()
	b.request()
}

func (b stage) wire(ok bool) {
	c, want := b.in.Case, b.in.Want
	if !want.Is("mode", "env", "runtime_provided") {
		return
	}
	body := map[string]any{
		"harness": c.Get("harness"), "sandbox": c.Get("sandbox"), "messages": []any{map[string]any{"role": "user", "content": "hi"}},
		"deployment": want.Get("wire.deployment"), "credentialMode": want.Get("mode"), "secrets": map[string]any{},
	}
	if p := want.Get("wire.provider"); p != "-" {
		body["provider"] = p
	}
	if id := b.in.requested(); id != "" {
		body["model"] = id
	}
	if want.Is("mode", "env") {
		body["secrets"] = map[string]any{want.Get("wire.variable"): mark}
	}
	endpoint := map[string]any{}
	if want.Is("wire.url", "yes") {
		endpoint["baseUrl"] = b.in.storedURL()
	}
	if v := b.in.storedVersion(); v != "" && want.Is("wire.url", "yes", "no") && want.Is("mode", "env") {
		endpoint["apiVersion"] = v
	}
	if len(endpoint) > 0 {
		body["endpoint"] = endpoint
	}
	if want.Is("wire.connection", "yes") {
		body["connection"] = map[string]any{"mode": "agenta", "slug": "main"}
	}
	call := runner.Call{Method: "POST", Path: "/run", Body: encoded(body), Header: map[string]string{}, Status: 200, ContentType: "application/json", Reply: `{"ok":true,"events":[]}`}
	if !ok {
		call.Status, call.Reply = 500, `{"ok":false,"error":"401 from the provider"}`
	}
	if c.Is("turn", "stream") {
		call.Header["accept"], call.ContentType = "application/x-ndjson", "application/x-ndjson"
		call.Status, call.Reply = 200, `{"kind":"event","event":{"type":"done"}}`+"\n"+`{"kind":"result","result":`+strings.TrimSuffix(call.Reply, "}")+`,"events":[]}}`+"\n"
		call.Reply = strings.Replace(call.Reply, `"events":[],"events":[]`, `"events":[]`, 1)
	}
	b.e.Wire = []runner.Call{call}
}

// pi is the process of the session, in its own folder or in the operator's.
func (b stage) pi() {
	c, k, want := b.in.Case, b.in.Kind, b.in.Want
	p := flight.Record{AgentDir: "/home/.pi/agent", AgentDirMode: "0755", Argv: []string{"--mode", "rpc"},
		Stdin: []flight.Line{{Text: `{"type":"prompt","message":"hi"}`}},
		Env:   []flight.Var{{Name: "AGENTA_SESSION_ID", Size: 8}, {Name: "PATH", Size: 8}}}
	said, _ := json.Marshal(map[string]any{"type": "message_update", "delta": b.e.Input.Banner + b.e.Input.Reply})
	p.Stdout = []flight.Line{{Text: string(said)}}
	add := func(path, content string) {
		p.Files = append(p.Files, flight.File{Path: path, Mode: "0600", Content: content, Size: int64(len(content))})
	}
	add("settings.json", `{"conformMarker":"own"}`)
	if want.Is("config", "none") {
		if b.e.Input.Login != "" {
			add("auth.json", b.e.Input.Login)
		}
		b.e.Processes = []flight.Record{p}
		return
	}
	variable := want.Get("wire.variable")
	p.AgentDir, p.AgentDirSet, p.AgentDirMode = "/lane/tmp/agent-1", true, "0700"
	p.Env = append(p.Env, flight.Var{Name: variable, Value: mark, Size: 32}, flight.Var{Name: "PI_CODING_AGENT_DIR", Size: 17})
	auth := map[string]any{}
	_ = json.Unmarshal([]byte(b.e.Input.Login), &auth)
	auth[k["pi"]] = map[string]any{"type": "api_key", "key": "$" + variable}
	add("auth.json", encoded(auth))
	add("extensions/agenta.js", "export default 1")
	if c.Is("extras", "skills") {
		add("skills/release-notes/SKILL.md", "Write short release notes.")
		add("APPEND_SYSTEM.md", "Answer briefly.")
	}
	if want.Is("config", "auth+models") {
		entry := map[string]any{"apiKey": "$" + variable}
		if url := b.in.storedURL(); url != "" {
			entry["baseUrl"], entry["api"] = url, "openai-completions"
			if c.Is("provider", "anthropic") {
				entry["api"] = "anthropic-messages"
			}
		}
		id := b.in.id()
		if id == "" {
			id = "some-default"
		}
		entry["models"] = []any{map[string]any{"id": id}}
		add("models.json", encoded(map[string]any{"providers": map[string]any{k["pi"]: entry}}))
	}
	b.e.Processes = []flight.Record{p}
	b.e.During = []evidence.Entry{{Path: "tmp/agent-1", Mode: "0700", Dir: true}}
}

// request is the call to the provider.
func (b stage) request() {
	want := b.in.Want
	key := map[string]string{"chosen": mark, "operator": "«operator:login»", "other": "«operator:login»", "ambient": "«ambient:own»"}[want.Get("called")]
	call := providers.Call{Scheme: "https", Method: "POST", Host: want.Get("request.host"), Key: key, Model: b.in.id(), Status: 200}
	if want.Is("called", "other") {
		call.Host = "api.groq.com"
	}
	if b.in.Case.Is("endpoint", "blocked-url") {
		call.Scheme = "http"
	}
	call.Path = strings.ReplaceAll(want.Get("request.path"), "{model}", call.Model)
	b.e.Providers = []providers.Call{call}
	target := call.Host
	if !strings.Contains(target, ":") {
		target += ":443"
	}
	b.e.Egress = []egress.Call{{Method: "CONNECT", Host: target, Allowed: true}}
	if call.Scheme == "http" {
		b.e.Egress[0] = egress.Call{Method: "POST", Host: call.Host, Allowed: true}
	}
}

func encoded(v any) string {
	text, _ := json.Marshal(v)
	return string(text)
}

// rewire changes the body of the run request.
func rewire(change func(body map[string]any)) func(*evidence.Evidence) {
	return func(e *evidence.Evidence) {
		var body map[string]any
		_ = json.Unmarshal([]byte(e.Wire[0].Body), &body)
		change(body)
		e.Wire[0].Body = encoded(body)
	}
}

// refile changes a JSON file of Pi's folder.
func refile(path string, change func(doc map[string]any)) func(*evidence.Evidence) {
	return func(e *evidence.Evidence) {
		for i, f := range e.Processes[0].Files {
			if f.Path == path {
				var doc map[string]any
				_ = json.Unmarshal([]byte(f.Content), &doc)
				change(doc)
				e.Processes[0].Files[i].Content = encoded(doc)
			}
		}
	}
}

// without removes a file of Pi's folder.
func without(path string) func(*evidence.Evidence) {
	return func(e *evidence.Evidence) {
		var kept []flight.File
		for _, f := range e.Processes[0].Files {
			if f.Path != path {
				kept = append(kept, f)
			}
		}
		e.Processes[0].Files = kept
	}
}

// reteach changes the one provider of models.json.
func reteach(change func(entry map[string]any)) func(*evidence.Evidence) {
	return refile("models.json", func(doc map[string]any) {
		for _, entry := range doc["providers"].(map[string]any) {
			change(entry.(map[string]any))
		}
	})
}

// sighted adds sightings, label and place in turn.
func sighted(labelsAndPlaces ...string) func(*evidence.Evidence) {
	return func(e *evidence.Evidence) {
		for i := 0; i < len(labelsAndPlaces); i += 2 {
			e.Sightings = append(e.Sightings, evidence.Sighting{Label: labelsAndPlaces[i], Place: labelsAndPlaces[i+1]})
		}
	}
}

func noPi(e *evidence.Evidence)       { e.Processes = nil }
func noRequest(e *evidence.Evidence)  { e.Providers = nil }
func noRun(e *evidence.Evidence)      { e.Wire = nil }
func noOutcome(e *evidence.Evidence)  { e.Outcome = nil }
func elsewhere(e *evidence.Evidence)  { e.Providers[0].Host = "api.openai.com" }
func otherKey(e *evidence.Evidence)   { e.Providers[0].Key = "«operator:login»" }
func otherModel(e *evidence.Evidence) { e.Providers[0].Model = "another" }
func otherPath(e *evidence.Evidence)  { e.Providers[0].Path = "/v1/responses" }
