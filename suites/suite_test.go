package suites

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/fakes/pi/flight"
	"github.com/agenta-ai/conform/fakes/providers"
	"github.com/agenta-ai/conform/fakes/runner"
	"github.com/agenta-ai/conform/fakes/vault"
	"github.com/agenta-ai/conform/matrix"
	"github.com/agenta-ai/conform/subjects/protocol"
	"github.com/agenta-ai/conform/verdict"
	"github.com/onsi/gomega"
)

// The marks of the canaries in hand-made evidence.
const (
	chosenMark   = "«chosen:main»"
	otherMark    = "«other:groq-key»"
	callerMark   = "«caller:platform-key»"
	operatorMark = "«operator:login»"
	ambientMark  = "«ambient:machine»"
)

// The cells that most rows start from.
const (
	plainCell   = "pi_core/local/custom_provider/openrouter/named/no-url/built-in/strict-unset"
	gatewayCell = "pi_core/local/custom_provider/openrouter/named/base-url/built-in/strict-unset"
)

func loadMatrix(t testing.TB) *matrix.Matrix {
	t.Helper()
	return loadEdition(t, plan)
}

// look is what a check sees of a cell of a subject that does everything right.
func look(t testing.TB, m *matrix.Matrix, cell string) In {
	t.Helper()
	c, err := m.Parse(cell)
	if err != nil {
		t.Fatal(err)
	}
	if rule, because := m.Excluded(c, matrix.Run{Pi: "fake"}); rule != "" {
		t.Fatalf("%s is no cell: %s: %s", cell, rule, because)
	}
	x, err := m.Expect(c)
	if err != nil {
		t.Fatal(err)
	}
	in := In{Case: c, Want: x, Kind: m.Kinds[c.Get("provider")]}
	in.Got = staged(in)
	return in
}

// A flaw is one row of a table: a check judges good evidence with one thing wrong.
type flaw struct {
	clause string
	name   string
	cell   string
	spoil  func(*evidence.Evidence)
	// want is the text of each mismatch, with its blanks collapsed; "…" at the
	// end of one stands for the rest.
	want []string
	// reason is the text of a not-applicable finding that is expected instead.
	reason string
}

// judgeFlaws runs a table against the checks of a group: the good evidence of
// each row's cell stays silent, the spoiled one gives exactly the messages, and
// every check of the group has a row.
func judgeFlaws(t *testing.T, group []Check, rows []flaw) {
	t.Helper()
	judgeEdition(t, plan, group, rows)
}

// judgeEdition is judgeFlaws for an edition. Of the revision only those checks
// need a row that are not the plan's as well.
func judgeEdition(t *testing.T, edition string, group []Check, rows []flaw) {
	t.Helper()
	m := loadEdition(t, edition)
	group = slices.DeleteFunc(ofEdition(group, edition), func(ch Check) bool { return edition == revision && ch.Edition == "" })
	for _, ch := range group {
		if !slices.ContainsFunc(rows, func(r flaw) bool { return r.clause == ch.Clause && len(r.want) > 0 }) {
			t.Errorf("%s has no row with a mismatch", ch.Clause)
		}
	}
	for _, r := range rows {
		t.Run(r.clause+"/"+strings.ReplaceAll(r.name, " ", "-"), func(t *testing.T) {
			i := slices.IndexFunc(group, func(ch Check) bool { return ch.Clause == r.clause })
			if i < 0 {
				t.Fatalf("no check of %s in the group", r.clause)
			}
			ch, in := group[i], look(t, m, r.cell)
			if !ch.Shows(in.Case, in.Want) {
				t.Fatalf("%s does not show %s", r.cell, r.clause)
			}
			if f := judge(ch, in); f.Judgement != verdict.Holds && !excused(in, f) {
				t.Fatalf("good evidence is %s: %s %q", f.Judgement, f.Reason, f.Mismatches)
			}
			r.spoil(in.Got)
			expectFinding(t, judge(ch, in), r)
		})
	}
}

func expectFinding(t *testing.T, f verdict.Finding, r flaw) {
	t.Helper()
	want := verdict.Violated
	if r.reason != "" {
		want = verdict.NotApplicable
	}
	if f.Judgement != want || f.Reason != r.reason {
		t.Fatalf("the finding is %s (%q), want %s (%q): %q", f.Judgement, f.Reason, want, r.reason, f.Mismatches)
	}
	if len(f.Mismatches) != len(r.want) {
		t.Fatalf("%d mismatches, want %d: %q", len(f.Mismatches), len(r.want), f.Mismatches)
	}
	for i, mismatch := range f.Mismatches {
		got := strings.Join(strings.Fields(mismatch), " ")
		head, open := strings.CutSuffix(r.want[i], "…")
		if got != r.want[i] && !(open && strings.HasPrefix(got, head)) {
			t.Errorf("mismatch %d:\n got %s\nwant %s", i, got, r.want[i])
		}
	}
}

// staged is the evidence of a subject that does all that the tables expect.
func staged(in In) *evidence.Evidence {
	ev := &evidence.Evidence{
		Cell:    in.Case.ID(),
		Edition: plan,
		Secrets: []evidence.Secret{
			{Label: "chosen:main", Role: evidence.RoleChosen, Name: "main"}, {Label: "other:groq-key", Role: evidence.RoleOther, Name: "groq-key", Kind: "groq"},
			{Label: "foreign:openrouter", Role: evidence.RoleForeign}, {Label: "caller:platform-key", Role: evidence.RoleCaller},
			{Label: "operator:login", Role: evidence.RoleOperator}, {Label: "ambient:machine", Role: evidence.RoleAmbient},
		},
		Subject: protocol.Description{Capabilities: []string{protocol.CapResolve, protocol.CapRun, protocol.CapPicker, protocol.CapCatalog, protocol.CapEnvmap}},
		Log:     []string{"model " + in.id() + " is dropped"},
	}
	if !in.Case.Is("record", "no-record") {
		ev.Input.Records = []vault.Record{stageRecord(in)}
	}
	readVault := vault.Call{Method: "GET", Path: "/api/secrets/", Authorization: "ApiKey " + callerMark, Status: 200}
	switch in.Case.Get("observe") {
	case "turn":
		if in.Want.Is("vault.reads", "1") {
			ev.Vault = []vault.Call{readVault}
		}
		stageTurn(in, ev)
	case "picker-turn":
		ev.Vault = []vault.Call{readVault, readVault}
		ev.Picker = stagePicker(in)
		stageTurn(in, ev)
	case "picker":
		ev.Vault = []vault.Call{readVault}
		ev.Picker = stagePicker(in)
	case "catalog":
		ev.Catalog = stageCatalog(in)
	case "envmap":
		ev.Envmap = stageEnvmap()
		ev.Probes = offlineAnswers()
	case "functions":
		ev.Probes = functionAnswers()
	}
	return ev
}

func stageRecord(in In) vault.Record {
	kind := in.Case.Get("provider")
	if in.Case.Is("record", "provider_key") {
		key := chosenMark
		if in.Case.Is("credential", "no-key") {
			key = ""
		}
		return vault.Key("main", kind, key)
	}
	p := vault.Provider{URL: address(in), Extras: map[string]any{}}
	switch in.Case.Get("credential") {
	case "extras-key":
		p.Extras["api_key"] = chosenMark
	case "extras-variable":
		p.Extras[in.Kind["env"]] = chosenMark
	case "cloud-extras":
		p.Extras["aws_region_name"], p.Extras["aws_secret_access_key"] = "eu-central-1", chosenMark
	case "no-key":
	default:
		p.Key = chosenMark
	}
	if kind == "vertex_ai" {
		p = vault.Provider{URL: p.URL, Extras: map[string]any{"vertex_ai_project": "acme-project", "vertex_ai_credentials": chosenMark}}
	}
	var models []string
	for _, axis := range []string{"built-in", "slash-id", "custom-id", "family-id"} {
		if id := in.Kind[axis]; id != "" {
			models = append(models, id)
		}
	}
	return vault.Custom("main", kind, p, models...)
}

func address(in In) string {
	switch in.Case.Get("endpoint") {
	case "base-url":
		return "https://llm.acme.example/team/v1"
	case "port-url":
		return "https://llm.acme.example:8443/team/v1"
	case "blocked-url":
		return "http://10.20.30.40:8080/v1"
	}
	return ""
}

// stageTurn adds what a turn leaves behind on its way to the provider.
func stageTurn(in In, ev *evidence.Evidence) {
	if !in.Want.Is("refusal", "no") {
		ev.Outcome = &protocol.Outcome{Status: 422, Error: &protocol.Failure{
			Class: in.Want.Get("refusal"), Stage: "resolve", Message: "no way to run " + in.Case.Get("provider") + "; write anthropic/ before the model"}}
		if in.Want.Is("refusal.status", "502") {
			ev.Outcome.Status = 502
		}
		return
	}
	ev.Wire = []runner.Call{{Method: "POST", Path: "/run", Body: stageBody(in), Status: 200}}
	if in.Want.Is("mode", "env") {
		ev.Sightings = []evidence.Sighting{{Label: "chosen:main", Place: "wire[0].body"}}
	}
	ev.Outcome = &protocol.Outcome{OK: true, Status: 200, Reply: "Hello from the model.", Model: in.Kind["pi"] + "/" + in.id()}
	if !in.Case.Is("runner", "sound") {
		stageWrongRunner(in, ev)
	}
	if in.Want.Is("outcome", "reaches") {
		return
	}
	env := []flight.Var{{Name: "PATH"}}
	if in.Want.Is("mode", "env") {
		env = append(env, flight.Var{Name: in.Want.Get("wire.variable"), Value: chosenMark})
	}
	ev.Processes = []flight.Record{{Env: env, Stdin: []flight.Line{{Text: `{"type":"prompt"}`}}}}
	call := providers.Call{Method: "POST", Host: in.Want.Get("request.host"), Path: in.Want.Get("request.path"), Model: in.id(), Status: 200,
		Key: map[string]string{"chosen": chosenMark, "operator": operatorMark, "ambient": ambientMark, "other": otherMark}[in.Want.Get("called")]}
	if call.Model == "" || in.Want.Is("outcome", "falls-back") {
		call.Model = "some-default"
		ev.Outcome.Model = in.Kind["pi"] + "/some-default"
	}
	if !in.Want.Is("called", "none") {
		ev.Providers = []providers.Call{call}
	}
	switch in.Want.Get("outcome") {
	case "fails", "aborted":
		ev.Outcome.OK, ev.Outcome.Status = false, 500
		ev.Outcome.Error = &protocol.Failure{Class: "HarnessError", Stage: "run", Message: in.Kind["label"] + " refused: 401"}
	case "not-settable":
		ev.Outcome.OK, ev.Outcome.Status = false, 500
		ev.Outcome.Error = &protocol.Failure{Class: "ModelNotSettableError", Stage: "run", Requested: in.Kind["pi"] + "/" + in.id(), Allowed: []string{"groq/a"}, Message: "allowed: groq/a"}
		if in.Want.Is("found", "nothing") {
			ev.Outcome.Error.Allowed = nil
		}
	}
}

// stageBody is the run request in words of the plan.
func stageBody(in In) string {
	body := map[string]any{"harness": in.Case.Get("harness"), "sandbox": "local", "deployment": in.Want.Get("wire.deployment"), "credentialMode": in.Want.Get("mode"), "secrets": map[string]any{}}
	if in.id() != "" {
		body["model"] = in.id()
	}
	if in.Want.Is("mode", "env") {
		body["provider"] = in.Want.Get("wire.provider")
		secrets := map[string]any{in.Want.Get("wire.variable"): chosenMark}
		switch {
		case in.Case.Is("provider", "vertex_ai"):
			secrets["GOOGLE_CLOUD_PROJECT"] = "acme-project"
		case in.Case.Is("credential", "cloud-extras"):
			secrets["AWS_REGION"] = "eu-central-1"
		}
		body["secrets"] = secrets
		if url := address(in); url != "" {
			body["endpoint"] = map[string]string{"baseUrl": url}
		}
	}
	if slices.ContainsFunc(in.Want.Facts, func(f matrix.Fact) bool { return f.Name == "wire.slug" && f.Value == "yes" }) {
		body["slug"] = "main"
	}
	if in.Want.Is("wire.connection", "yes") {
		body["connection"] = map[string]string{"mode": "agenta", "slug": "main"}
	}
	return string(jsonOf(body))
}

func jsonOf(v any) json.RawMessage {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return text
}

// The spoilers that several tables use.

// body changes one member of the run request; nil takes it away.
func body(name string, value any) func(*evidence.Evidence) {
	return func(ev *evidence.Evidence) {
		var members map[string]any
		if err := json.Unmarshal([]byte(ev.Wire[0].Body), &members); err != nil {
			panic(err)
		}
		members[name] = value
		if value == nil {
			delete(members, name)
		}
		ev.Wire[0].Body = string(jsonOf(members))
	}
}

// secrets gives the run request other secrets.
func secrets(pairs ...string) func(*evidence.Evidence) {
	m := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	return body("secrets", m)
}

func noWire(ev *evidence.Evidence)   { ev.Wire = nil }
func noVault(ev *evidence.Evidence)  { ev.Vault = nil }
func noCalls(ev *evidence.Evidence)  { ev.Providers = nil }
func noAnswer(ev *evidence.Evidence) { ev.Outcome = nil }

// class makes the turn end with an error of that class.
func class(name string) func(*evidence.Evidence) {
	return func(ev *evidence.Evidence) {
		ev.Outcome.OK, ev.Outcome.Error = false, &protocol.Failure{Class: name, Message: "wrong"}
	}
}

// ranAnyway adds a run request that should not have been sent.
func ranAnyway(ev *evidence.Evidence) {
	ev.Wire = []runner.Call{{Method: "POST", Path: "/run", Body: "{}"}}
}

// seenAt adds a sighting of a canary.
func seenAt(label, place string) func(*evidence.Evidence) {
	return func(ev *evidence.Evidence) {
		ev.Sightings = append(ev.Sightings, evidence.Sighting{Label: label, Place: place})
	}
}

// probed gives a probe another answer.
func probed(label string, answer any) func(*evidence.Evidence) {
	return func(ev *evidence.Evidence) {
		for i := range ev.Probes {
			if ev.Probes[i].Label == label {
				ev.Probes[i].Output = string(jsonOf(answer))
				return
			}
		}
		panic("no probe " + label)
	}
}

func noProbes(ev *evidence.Evidence) { ev.Probes = nil }

// TestGoodEvidenceStaysSilent judges a subject that does everything right in
// every cell of the default plan.
func TestGoodEvidenceStaysSilent(t *testing.T) {
	m := loadMatrix(t)
	groups := ofEdition(slices.Concat(env(), res(), gate(), model(), pick()), plan)
	reported := map[string]bool{}
	for _, c := range m.Plan(matrix.Pairwise, matrix.Run{Pi: "fake"}, 1).Cases {
		in := look(t, m, c.ID())
		for _, f := range Judge(groups, in) {
			if f.Judgement != verdict.Holds && !reported[f.Clause] && !excused(in, f) {
				reported[f.Clause] = true
				t.Errorf("%s in %s: %s %s %q", f.Clause, c, f.Judgement, f.Reason, f.Mismatches)
			}
		}
	}
}

// excused are findings that good evidence may give besides "holds".
func excused(in In, f verdict.Finding) bool {
	switch f.Clause {
	case "RES-5": // a refused request shows no deployment
		return f.Judgement == verdict.NotApplicable && !in.Want.Is("refusal", "no")
	case "MODEL-9": // where the model cannot be set nobody is asked for one
		return f.Judgement == verdict.NotApplicable && in.Want.Is("outcome", "not-settable")
	case "ENV-16": // a bedrock record with a bearer token has no other settings
		return f.Judgement == verdict.NotApplicable && in.Case.Is("provider", "bedrock") && !in.Case.Is("credential", "cloud-extras")
	}
	return false
}

func holdsOrPanics(ch Check, in In) (bad bool) {
	defer func() { bad = bad || recover() != nil }()
	return judge(ch, in).Judgement == verdict.Holds
}

func TestJudge(t *testing.T) {
	m := loadMatrix(t)
	twice := func(g gomega.Gomega, _ In) string {
		g.Expect(1).To(gomega.Equal(2), "the first thing")
		g.Expect("a").To(gomega.Equal("b"), "the second thing")
		return "and a reason besides"
	}
	rows := []struct {
		name         string
		needs        []string
		capabilities []string
		judge        func(gomega.Gomega, In) string
		want         verdict.Finding
	}{
		{"missing capability", []string{"resolve", "run"}, []string{"resolve"}, twice,
			verdict.Finding{Clause: "X-1", Judgement: verdict.NotApplicable, Reason: "the subject does not declare run"}},
		{"no capability", []string{"resolve"}, nil, twice,
			verdict.Finding{Clause: "X-1", Judgement: verdict.NotApplicable, Reason: "the subject does not declare resolve"}},
		{"all mismatches", nil, nil, twice,
			verdict.Finding{Clause: "X-1", Judgement: verdict.Violated, Mismatches: []string{
				"the first thing\nExpected\n    <int>: 1\nto equal\n    <int>: 2", "the second thing\nExpected\n    <string>: a\nto equal\n    <string>: b"}}},
		{"a reason", nil, nil, func(gomega.Gomega, In) string { return "nothing to see" },
			verdict.Finding{Clause: "X-1", Judgement: verdict.NotApplicable, Reason: "nothing to see"}},
		{"holds", []string{"run"}, []string{"resolve", "run"}, func(gomega.Gomega, In) string { return "" },
			verdict.Finding{Clause: "X-1", Judgement: verdict.Holds}},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			in := look(t, m, plainCell)
			in.Got.Subject.Capabilities = r.capabilities
			got := judge(Check{Clause: "X-1", Needs: r.needs, Judge: r.judge}, in)
			if fmt.Sprintf("%q", got) != fmt.Sprintf("%q", r.want) {
				t.Errorf("got  %q\nwant %q", got, r.want)
			}
		})
	}
}

func TestJudgeAsksOnlyWhatTheCaseShows(t *testing.T) {
	in := look(t, loadMatrix(t), plainCell)
	asked := func(clause string, shows bool) Check {
		return Check{Clause: clause, Shows: func(matrix.Case, matrix.Expectation) bool { return shows }, Judge: func(gomega.Gomega, In) string { return "" }}
	}
	checks := []Check{asked("X-1", true), asked("X-2", false), asked("X-3", true)}
	var judged []string
	for _, f := range Judge(checks, in) {
		judged = append(judged, f.Clause)
	}
	want := []string{"X-1", "X-3"}
	if !slices.Equal(judged, want) || !slices.Equal(Clauses(checks, in.Case, in.Want), want) {
		t.Errorf("judged %v, clauses %v, want %v", judged, Clauses(checks, in.Case, in.Want), want)
	}
}

func TestWhere(t *testing.T) {
	in := look(t, loadMatrix(t), plainCell)
	rows := []struct {
		facts []string
		want  bool
	}{
		{nil, true},
		{[]string{"harness=pi_core"}, true},
		{[]string{"harness=claude|pi_core", "outcome=replies"}, true}, // an axis and a fact
		{[]string{"harness=claude"}, false},
		{[]string{"!harness=claude"}, true},
		{[]string{"!outcome=replies|fails"}, false},
		{[]string{"harness=pi_core", "mode=none"}, false},
	}
	for _, r := range rows {
		if got := where(r.facts...)(in.Case, in.Want); got != r.want {
			t.Errorf("where(%q) is %v", r.facts, got)
		}
	}
}
