package suites

import (
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/matrix"
	"github.com/agenta-ai/conform/subjects/protocol"
	. "github.com/onsi/gomega"
)

func iso() []Check {
	runner := []string{protocol.CapRun}
	service := []string{protocol.CapResolve}
	configured := func(facts ...string) func(matrix.Case, matrix.Expectation) bool {
		return where(append([]string{"config=auth|auth+models"}, facts...)...)
	}
	return []Check{
		{Clause: "ISO-1", Needs: runner, Shows: configured(), Judge: noKeyInFiles},
		{Clause: "ISO-2", Needs: runner, Shows: configured("ambient=polluted"), Judge: ambientHidden(false)},
		{Clause: "ISO-3", Needs: runner, Shows: configured("ambient=polluted"), Judge: ambientHidden(true)},
		{Clause: "ISO-4", Needs: runner, Shows: configured("ambient=polluted", "provider=anthropic"), Judge: noOAuthToken},
		{Clause: "ISO-5", Needs: runner, Shows: configured(), Judge: keyInOneVariable},
		{Clause: "ISO-6", Needs: runner, Shows: where("called=ambient"), Judge: ambientUsable},
		{Clause: "ISO-7", Gateway: true, Shows: turns, Judge: noKeyInLogs},
		{Clause: "ISO-8", Across: []string{"gateway"}, Gateway: true, Shows: turns, Judge: noKeyInReplies},
		{Clause: "ISO-9", Shows: where("observe=functions"), Judge: noKeyInPrint},
		{Clause: "ISO-10", Needs: runner, Shows: func(c matrix.Case, x matrix.Expectation) bool {
			return !c.Is("login", "no-login") && c.Is("harness", "pi_core", "pi_agenta") && (x.Is("called", "chosen") || x.Is("mode", "none"))
		}, Judge: neverTheLogin},
		{Clause: "ISO-11", Needs: runner, Shows: where(inSandbox, "config=auth|auth+models", "login=other|oauth"), Judge: noLoginUploaded},
		{Clause: "ISO-12", Needs: runner, Shows: where(inSandbox, "called=operator", "outcome=replies"), Judge: loginMayCome},
		{Clause: "ISO-13", Gateway: true, Needs: service, Shows: managed("!vault=alone"), Judge: noOtherRecord},
		{Clause: "ISO-14", Needs: service, Across: []string{"endpoint"}, Shows: func(c matrix.Case, x matrix.Expectation) bool {
			return x.Is("mode", "env") && x.Is("wire.url", "yes") || x.Is("refusal", "EndpointResolutionError")
		}, Judge: urlKept},
		{Clause: "ISO-15", Needs: runner, Shows: configured(), Judge: nothingOfOtherRuns},
		{Clause: "ISO-16", Needs: runner, Shows: where("!called=none"), Judge: extensionVariables},
		{Clause: "ISO-17", Needs: runner, Shows: where("!called=none"), Judge: noInfrastructure},
		{Clause: "ISO-18", Across: []string{"login"}, Needs: runner, Shows: where("mode=none", "outcome=fails"), Judge: noCredentialAtAll},
		{Clause: "ISO-19", Needs: service, Shows: managed(), Judge: ownFamilyOnly},
	}
}

func unshownIso() map[string]string { return nil }

// every is all roles of canaries.
var every = []evidence.Role{
	evidence.RoleChosen, evidence.RoleOther, evidence.RoleForeign, evidence.RoleCaller,
	evidence.RoleOperator, evidence.RoleAmbient, evidence.RoleExtra, evidence.RoleInfra, evidence.RoleGateway,
}

// at lists the sightings of some roles that keep a condition on their place.
func (in In) at(keep func(place string) bool, roles ...evidence.Role) []string {
	var out []string
	for _, s := range in.sightings(roles) {
		if keep(s.Place) {
			out = append(out, seen(s))
		}
	}
	return out
}

// under keeps places with one of the prefixes.
func under(prefixes ...string) func(string) bool {
	return func(place string) bool {
		return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(place, p) })
	}
}

// within splits a place such as "processes[0].env[X]" behind its first index:
// "processes" and "env[X]".
func within(place string) (root, rest string) {
	root, rest, _ = strings.Cut(place, "[")
	if _, after, ok := strings.Cut(rest, "]."); ok {
		return root, after
	}
	return root, ""
}

// noKeyInFiles looks through every file that the run made. Where the provider
// repeats the key in its error, Pi's own transcript repeats it after Pi: that is
// the provider's doing.
func noKeyInFiles(g Gomega, in In) string {
	if in.ran(g) == nil {
		return ""
	}
	inFile := func(place string) bool {
		if under("during[", "left[", "operator.after[")(place) {
			return !in.echoed(place)
		}
		root, rest := within(place)
		return root == "processes" && strings.HasPrefix(rest, "files") && !in.echoed(place)
	}
	g.Expect(in.at(inFile, evidence.RoleChosen)).To(BeEmpty(), "the key in files of the run")
	return ""
}

// echoed reports whether Pi itself writes what the provider said to that place,
// in a case whose provider repeats the key.
func (in In) echoed(place string) bool {
	if !in.Case.Is("behaviour", "401") {
		return false
	}
	_, rest := within(place)
	return strings.Contains(place, ".jsonl]") || strings.HasPrefix(rest, "stdout[") || strings.HasPrefix(rest, "notes[")
}

// cloud reports whether a variable belongs to a cloud's credential group.
func cloud(name string) bool {
	for _, p := range []string{"AWS_", "GOOGLE_", "AZURE_", "CLAUDE_CODE_USE_"} {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	return false
}

// ambientHidden expects none of the runner's own provider variables at Pi:
// those of clouds, or all others.
func ambientHidden(clouds bool) func(Gomega, In) string {
	return func(g Gomega, in In) string {
		var planted []string
		for _, name := range in.Got.Input.Ambient {
			if cloud(name) == clouds {
				planted = append(planted, name)
			}
		}
		if len(planted) == 0 {
			return "the runner's environment held no such variable"
		}
		if in.ran(g) == nil {
			return ""
		}
		var visible []string
		for _, p := range in.Got.Processes {
			for _, v := range p.Env {
				if v.Size > 0 && v.Name != in.travelled() && slices.Contains(planted, v.Name) {
					visible = append(visible, v.Name)
				}
			}
		}
		g.Expect(visible).To(BeEmpty(), "the runner's own variables in Pi's environment")
		labels := map[string]bool{}
		for _, s := range in.Got.Secrets {
			if s.Role == evidence.RoleAmbient && cloud(s.Name) == clouds {
				labels[s.Label] = true
			}
		}
		var keys []string
		for _, s := range in.sightings([]evidence.Role{evidence.RoleAmbient}, "processes[", "providers[") {
			if labels[s.Label] {
				keys = append(keys, seen(s))
			}
		}
		g.Expect(keys).To(BeEmpty(), "the runner's own keys at Pi or a provider")
		return ""
	}
}

func noOAuthToken(g Gomega, in In) string {
	if !slices.Contains(in.Got.Input.Ambient, "ANTHROPIC_OAUTH_TOKEN") {
		return "the runner's environment held no ANTHROPIC_OAUTH_TOKEN"
	}
	if p := in.ran(g); p != nil {
		v, _ := variable(p, "ANTHROPIC_OAUTH_TOKEN")
		g.Expect(v.Size).To(BeZero(), "bytes of ANTHROPIC_OAUTH_TOKEN in Pi's environment")
	}
	for _, c := range in.asked(g) {
		g.Expect(c.Key).To(Equal(in.chosen()), "key of %s", c.place)
	}
	return ""
}

// keyInOneVariable expects the key in its variable, from there at the provider,
// and on no other way into or out of Pi. Files, logs and replies are judged by
// ISO-1, ISO-7 and ISO-8, other variables by ISO-19.
func keyInOneVariable(g Gomega, in In) string {
	if p := in.ran(g); p != nil {
		name := in.travelled()
		v, present := variable(p, name)
		g.Expect(present).To(BeTrue(), "%s in Pi's environment", name)
		if present {
			g.Expect(in.worth(v.Value)).To(Equal(in.chosen()), "%s in Pi's environment", name)
		}
	}
	for _, c := range in.asked(g) {
		g.Expect(c.Key).To(Equal(in.chosen()), "key of %s", c.place)
	}
	stray := func(place string) bool {
		root, rest := within(place)
		switch root {
		case "egress":
			return true
		case "providers":
			return !under("key", "header[authorization]", "header[x-api-key]", "header[x-goog-api-key]", "header[api-key]")(rest)
		case "processes":
			return !under("env[", "files", "http[")(rest) && !in.echoed(place)
		}
		return false
	}
	g.Expect(in.at(stray, evidence.RoleChosen)).To(BeEmpty(), "the key on other ways than its variable and the provider's credential")
	return ""
}

func ambientUsable(g Gomega, in In) string {
	keys := in.marks(evidence.RoleAmbient)
	for _, c := range in.asked(g) {
		g.Expect(keys).To(ContainElement(c.Key), "keys of the runner's environment, of which %s used one", c.place)
	}
	if out := in.ended(g); out != nil && in.Want.Is("outcome", "replies") {
		g.Expect(out.OK).To(BeTrue(), "the run succeeds (%s)", failureText(in))
	}
	return ""
}

func noKeyInLogs(g Gomega, in In) string {
	g.Expect(in.at(under("log["), every...)).To(BeEmpty(), "keys in the log")
	g.Expect(in.unknown("log[")).To(BeEmpty(), "values that look like keys in the log")
	if len(in.Got.Log) == 0 {
		return "the subject wrote no log in this case"
	}
	return ""
}

// noKeyInReplies looks at all that is told to the caller, and at the spans that
// were sent to the platform.
func noKeyInReplies(g Gomega, in In) string {
	if in.Got.Outcome == nil && in.Got.Direct == nil {
		g.Expect(in.Got.Outcome).NotTo(BeNil(), "the turn has an outcome")
		return ""
	}
	told := func(place string) bool {
		root, rest := within(place)
		if root == "wire" && in.Case.Is("runner", "sound") { // what conform says as a runner is not the subject's doing
			return under("reply", "error")(rest)
		}
		return under("outcome.", "direct.")(place)
	}
	g.Expect(in.at(told, every...)).To(BeEmpty(), "keys in what the caller is told")
	g.Expect(in.at(in.traced, every...)).To(BeEmpty(), "keys in the trace")
	g.Expect(in.unknown("outcome.", "direct.")).To(BeEmpty(), "values that look like keys in what the caller is told")
	return ""
}

// traced keeps places inside of the spans that the subject sent to the platform.
func (in In) traced(place string) bool {
	root, rest := within(place)
	at, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(place[:len(place)-len(rest)], root+"["), "]."))
	return root == "platform" && rest == "body" && err == nil && at < len(in.Got.Platform) && in.Got.Platform[at].OfTraces()
}

// unknown lists marked values that are no canary of the case.
func (in In) unknown(prefixes ...string) []string {
	var out []string
	for _, s := range in.Got.Sightings {
		if s.Label == "unknown" && (len(prefixes) == 0 || under(prefixes...)(s.Place)) {
			out = append(out, seen(s))
		}
	}
	return out
}

func noKeyInPrint(g Gomega, in In) string {
	shown := false
	for _, p := range in.Got.Probes {
		if p.Name != protocol.ProbePrint {
			continue
		}
		var out protocol.PrintOutput
		if json.Unmarshal([]byte(p.Output), &out) == nil && strings.Join(out.Printed, "") != "" {
			shown = true
		}
		var held []string
		for _, label := range in.marks(every...) {
			if strings.Contains(p.Output+p.Error, label) {
				held = append(held, label)
			}
		}
		g.Expect(held).To(BeEmpty(), "keys in what the subject prints of a connection (%s)", p.Label)
	}
	if !shown {
		return "the subject printed no connection"
	}
	return ""
}

// neverTheLogin expects that no key of the operator's login is used. It may lie
// in the private copy of auth.json.
func neverTheLogin(g Gomega, in In) string {
	if in.Want.Is("mode", "none") {
		g.Expect(in.Got.Direct != nil).To(BeTrue(), "a reply to the run request")
	} else {
		for _, c := range in.asked(g) {
			g.Expect(c.Key).To(Equal(in.chosen()), "key of %s", c.place)
		}
	}
	used := func(place string) bool {
		root, rest := within(place)
		return root == "providers" || root == "processes" && under("env[", "http[", "argv[")(rest)
	}
	g.Expect(in.at(used, evidence.RoleOperator)).To(BeEmpty(), "keys of the operator's login at work")
	return ""
}

// noOtherRecord expects the other records' keys nowhere outside the vault.
func noOtherRecord(g Gomega, in In) string {
	if len(in.labels(evidence.RoleOther)) == 0 {
		return "the vault held no other record"
	}
	g.Expect(in.runCall() != nil).To(BeTrue(), "a run request was sent")
	outside := func(place string) bool { return !under("input", "secrets", "vault[")(place) }
	g.Expect(in.at(outside, evidence.RoleOther, evidence.RoleForeign)).To(BeEmpty(), "keys of other records outside the vault")
	return ""
}

// urlKept accepts a refusal or the stored address, never another with that key.
// Only an address that one may want to block can be refused.
func urlKept(g Gomega, in In) string {
	stored := in.storedURL()
	for _, c := range in.calls() {
		if c.Key == in.chosen() {
			g.Expect(c.Scheme+"://"+c.Host).To(Equal(origin(stored)), "where %s took the key", c.place)
		}
	}
	if in.runCall() == nil {
		refusable := in.Case.Is("endpoint", "blocked-url") && in.failure() != ""
		g.Expect(refusable).To(BeTrue(), "a run request, or the refusal of an address that may be refused (%s)", failureText(in))
		return ""
	}
	if body, _, ok := in.request(g); ok {
		sent := ""
		if body.Endpoint != nil {
			sent = body.Endpoint.BaseURL
		}
		g.Expect(sent).To(Equal(stored), "endpoint.baseUrl of the run request")
	}
	return ""
}

func origin(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return u.Scheme + "://" + u.Host
}

// nothingOfOtherRuns is ISO-15 as one case can show it. Lanes run side by side,
// each with its own connections: a key or a folder that got across stands in the
// evidence of the lane it got to, as a marked value that is no canary of this
// case, or as a second folder from which Pi was prompted.
func nothingOfOtherRuns(g Gomega, in In) string {
	if in.ran(g) == nil {
		return ""
	}
	g.Expect(in.unknown()).To(BeEmpty(), "keys of other runs")
	var folders []string
	for _, p := range in.Got.Processes {
		for _, l := range p.Stdin {
			if strings.Contains(l.Text, `"prompt"`) && !slices.Contains(folders, p.AgentDir) {
				folders = append(folders, p.AgentDir)
			}
		}
	}
	g.Expect(len(folders)).To(BeNumerically("<=", 1), "folders from which Pi was prompted: %v", folders)
	return ""
}

func extensionVariables(g Gomega, in In) string {
	if in.ran(g) == nil {
		return ""
	}
	count := 0
	for _, p := range in.Got.Processes {
		for _, v := range p.Env {
			if strings.HasPrefix(v.Name, "AGENTA_") {
				count++
			}
		}
	}
	theirs := func(place string) bool {
		root, rest := within(place)
		return root == "processes" && strings.HasPrefix(rest, "env[AGENTA_")
	}
	g.Expect(in.at(theirs, every...)).To(BeEmpty(), "keys in variables of the extension")
	if count == 0 {
		return "Pi's environment has no variable of the extension"
	}
	return ""
}

func noInfrastructure(g Gomega, in In) string {
	if len(in.labels(evidence.RoleInfra)) == 0 {
		return "the runner's environment held no such secret"
	}
	if in.ran(g) == nil {
		return ""
	}
	var visible []string
	for _, p := range in.Got.Processes {
		for _, v := range p.Env {
			if v.Size > 0 && slices.Contains([]string{"AGENTA_RUNNER_TOKEN", "DAYTONA_API_KEY"}, v.Name) {
				visible = append(visible, v.Name)
			}
		}
	}
	g.Expect(visible).To(BeEmpty(), "the runner's own secrets in Pi's environment")
	g.Expect(in.at(under("processes["), evidence.RoleInfra)).To(BeEmpty(), "values of the runner's own secrets at Pi")
	return ""
}

func noCredentialAtAll(g Gomega, in In) string {
	g.Expect(in.Got.Direct != nil).To(BeTrue(), "a reply to the run request")
	for _, c := range in.calls() {
		g.Expect(c.Key).To(BeEmpty(), "key of %s", c.place)
	}
	used := func(place string) bool {
		root, rest := within(place)
		return root == "providers" || root == "processes" && under("env[", "http[", "argv[")(rest)
	}
	g.Expect(in.at(used, evidence.RoleAmbient, evidence.RoleOperator, evidence.RoleChosen, evidence.RoleOther)).To(BeEmpty(), "credentials at work")
	return ""
}

// ownFamilyOnly looks at the names under which a record's values travel, on the
// wire and to Pi.
func ownFamilyOnly(g Gomega, in In) string {
	body, _, ok := in.request(g)
	if !ok {
		return ""
	}
	var foreign []string
	for name := range body.Secrets {
		if !in.ownFamily(name) {
			foreign = append(foreign, name)
		}
	}
	slices.Sort(foreign)
	g.Expect(foreign).To(BeEmpty(), "secrets of the run request that are not of the record's family")
	other := func(place string) bool {
		root, rest := within(place)
		name, isVar := strings.CutPrefix(rest, "env[")
		return root == "processes" && isVar && !in.ownFamily(strings.TrimSuffix(name, "]"))
	}
	g.Expect(in.at(other, evidence.RoleChosen)).To(BeEmpty(), "the key in other variables of Pi")
	outside := func(place string) bool { return !under("input", "secrets", "vault[")(place) }
	g.Expect(in.at(outside, evidence.RoleExtra)).To(BeEmpty(), "extras of the record that were to stay in the vault")
	return ""
}

// ownFamily reports whether a variable is one of the record's own.
func (in In) ownFamily(name string) bool {
	switch in.Case.Get("provider") {
	case "bedrock":
		return strings.HasPrefix(name, "AWS_")
	case "vertex_ai":
		return strings.HasPrefix(name, "GOOGLE_")
	}
	return name == in.Want.Get("wire.variable")
}
