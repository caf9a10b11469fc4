package suites

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/fakes/providers"
	"github.com/agenta-ai/conform/matrix"
	"github.com/agenta-ai/conform/subjects/protocol"
	"github.com/google/go-cmp/cmp"
	. "github.com/onsi/gomega"
)

func cfg() []Check {
	needs := []string{protocol.CapRun}
	configured := func(facts ...string) func(matrix.Case, matrix.Expectation) bool {
		return where(append([]string{"config=auth|auth+models"}, facts...)...)
	}
	taught := func(facts ...string) func(matrix.Case, matrix.Expectation) bool {
		return where(append([]string{"config=auth+models"}, facts...)...)
	}
	return []Check{
		{Clause: "CFG-1", Needs: needs, Shows: configured("harness=pi_core", "extras=plain"), Judge: ownFolder},
		{Clause: "CFG-2", Needs: needs, Shows: where("mode=env|none", onPi), Judge: operatorUntouched},
		{Clause: "CFG-3", Needs: needs, Shows: configured(), Judge: authEntry},
		{Clause: "CFG-4", Needs: needs, Shows: configured(), Judge: onlyReferences},
		{Clause: "CFG-5", Needs: needs, Shows: configured("login=other|oauth", "sandbox=local"), Judge: loginSurvives},
		{Clause: "CFG-6", Needs: needs, Shows: configured("login=same", "called=chosen"), Judge: resolvedKeyWins},
		{Clause: "CFG-7", Across: []string{"config"}, Needs: needs, Shows: configured(), Judge: modelsFileExactlyWhen},
		{Clause: "CFG-8", Needs: needs, Shows: taught("!endpoint=no-url"), Judge: baseURL},
		{Clause: "CFG-9", Needs: needs, Shows: taught("!endpoint=no-url", "!provider=anthropic"), Judge: dialect("openai-completions")},
		{Clause: "CFG-10", Needs: needs, Shows: taught("!endpoint=no-url", "provider=anthropic"), Judge: dialect("anthropic-messages")},
		{Clause: "CFG-11", Needs: needs, Shows: taught(), Judge: keyReference},
		{Clause: "CFG-12", Needs: needs, Shows: taught(), Judge: oneModel},
		{Clause: "CFG-13", Needs: needs, Shows: taught(), Judge: providerKeys},
		{Clause: "CFG-14", Needs: needs, Shows: configured("provider=gemini|together_ai|mistralai"), Judge: renamedProvider},
		{Clause: "CFG-15", Needs: needs, Shows: taught(), Judge: acceptedByPi},
		{Clause: "CFG-16", Needs: needs, Shows: configured(), Judge: filesBeforePi},
		{Clause: "CFG-17", Needs: needs, Shows: where("outcome=replies", "called=chosen", "model=custom-id|family-id"), Judge: customModelRuns},
		{Clause: "CFG-18", Needs: needs, Shows: where("called=chosen"), Judge: reachesConnection},
		{Clause: "CFG-19", Needs: needs, Shows: where("called=chosen", "!endpoint=no-url", "model=built-in|slash-id"), Judge: redirected},
		{Clause: "CFG-20", Needs: needs, Shows: configured(), Judge: nothingLeft},
		{Clause: "CFG-21", Needs: needs, Shows: configured(), Judge: fileModes},
		{Clause: "CFG-22", Needs: needs, Shows: configured(), Judge: settingsSeeded},
		{Clause: "CFG-23", Needs: needs, Shows: configured(), Judge: extensionInstalled},
		{Clause: "CFG-24", Needs: needs, Shows: configured("extras=skills"), Judge: composes},
		{Clause: "CFG-25", Needs: needs, Shows: where("disk=blocked", "outcome=fails", onPi), Judge: failsWithoutDisk},
		{Clause: "CFG-26", Needs: needs, Shows: where("config=none", "mode=runtime_provided", onPi), Judge: loginAsItIs},
		{Clause: "CFG-27", Needs: needs, Shows: configured("outcome=fails"), Judge: errorSurfaces},
		{Clause: "CFG-31", Across: []string{"request.dialect", "config"}, Needs: needs, Shows: where("called=chosen", "endpoint=no-url"), Judge: piOwnAddress},
		{Clause: "CFG-32", Needs: needs, Shows: taught("model=family-id"), Judge: familyIDWhole},
	}
}

func unshownCfg() map[string]string { return nil }

// ownFolder expects that Pi was pointed at a folder of its own: below the
// runner's temporary root, or in a sandbox.
func ownFolder(g Gomega, in In) string {
	p := in.ran(g)
	if p == nil {
		return ""
	}
	g.Expect(p.AgentDirSet).To(BeTrue(), "PI_CODING_AGENT_DIR names Pi's folder")
	if in.Case.Is("sandbox", "daytona") {
		in.housed(g, p)
		return ""
	}
	below, known := in.belowTemp(p)
	if !known {
		return "the temporary root was not listed while the provider was being called"
	}
	g.Expect(below).To(BeTrue(), "Pi's folder %s lies below the runner's temporary root", p.AgentDir)
	return ""
}

func operatorUntouched(g Gomega, in In) string {
	if len(in.Got.Operator.Before) == 0 {
		return "the operator's folder was not listed before the run"
	}
	before, after := byPath(in.Got.Operator.Before), byPath(in.Got.Operator.After)
	for _, path := range slices.Sorted(maps.Keys(before)) {
		entry, kept := after[path]
		g.Expect(kept).To(BeTrue(), "%s still stands in the operator's folder", path)
		if kept {
			g.Expect(cmp.Diff(before[path], entry)).To(BeEmpty(), "%s in the operator's folder (-before +after)", path)
		}
	}
	for _, path := range slices.Sorted(maps.Keys(after)) {
		g.Expect(before).To(HaveKey(path), "files that stood in the operator's folder before the run")
	}
	return ""
}

func authEntry(g Gomega, in In) string {
	auth, ok := in.auth(g)
	if ok {
		want := map[string]any{"type": "api_key", "key": "$" + in.travelled()}
		g.Expect(cmp.Diff(any(want), auth[in.Kind["pi"]])).To(BeEmpty(), "entry %s of auth.json (-expected +seen)", in.Kind["pi"])
	}
	return ""
}

var reference = regexp.MustCompile(`^\$[A-Z][A-Z0-9_]*$`)

// onlyReferences looks at each entry of auth.json that is not the operator's.
func onlyReferences(g Gomega, in In) string {
	auth, ok := in.auth(g)
	if !ok {
		return ""
	}
	var login map[string]any
	_ = json.Unmarshal([]byte(in.Got.Input.Login), &login) // no login is an empty one
	generated := 0
	for _, name := range slices.Sorted(maps.Keys(auth)) {
		if own, ok := login[name]; ok && cmp.Equal(own, auth[name]) {
			continue
		}
		generated++
		entry, _ := auth[name].(map[string]any)
		g.Expect(entry["key"]).To(WithTransform(text, MatchRegexp(reference.String())), "key of the generated entry %s of auth.json", name)
	}
	g.Expect(generated).NotTo(BeZero(), "generated entries of auth.json")
	var raw []string
	for _, s := range in.sightings([]evidence.Role{evidence.RoleChosen, evidence.RoleOther, evidence.RoleForeign, evidence.RoleAmbient, evidence.RoleInfra, evidence.RoleCaller, evidence.RoleExtra}, "processes[") {
		if strings.Contains(s.Place, "[auth.json]") {
			raw = append(raw, seen(s))
		}
	}
	g.Expect(raw).To(BeEmpty(), "raw keys in auth.json")
	return ""
}

// loginSurvives expects each login entry of another provider as it was.
func loginSurvives(g Gomega, in In) string {
	var login map[string]any
	if json.Unmarshal([]byte(in.Got.Input.Login), &login) != nil || len(login) == 0 {
		return "the operator's login does not stand in the evidence"
	}
	auth, ok := in.auth(g)
	if !ok {
		return ""
	}
	for _, name := range slices.Sorted(maps.Keys(login)) {
		if name != in.Kind["pi"] {
			g.Expect(cmp.Diff(login[name], auth[name])).To(BeEmpty(), "login entry %s in the run's auth.json (-operator's +seen)", name)
		}
	}
	return ""
}

func resolvedKeyWins(g Gomega, in In) string {
	for _, c := range in.asked(g) {
		g.Expect(c.Key).To(Equal(in.chosen()), "key of %s", c.place)
	}
	return ""
}

func modelsFileExactlyWhen(g Gomega, in In) string {
	p := in.ran(g)
	if p == nil {
		return ""
	}
	_, present := file(p, "models.json")
	g.Expect(present).To(Equal(in.Want.Is("config", "auth+models")), "models.json in Pi's folder (endpoint %s, model %s)", in.Case.Get("endpoint"), in.Case.Get("model"))
	return ""
}

func baseURL(g Gomega, in In) string {
	if entry, ok := in.taught(g); ok {
		g.Expect(entry.BaseURL).To(Equal(in.storedURL()), "baseUrl in models.json")
	}
	return ""
}

// dialect expects the api member, and the path that goes with it at the
// provider.
func dialect(api string) func(Gomega, In) string {
	return func(g Gomega, in In) string {
		if entry, ok := in.taught(g); ok {
			g.Expect(entry.API).To(Equal(api), "api in models.json")
		}
		for _, c := range in.asked(g) {
			g.Expect(c.Path).To(Equal(in.path(c)), "path of %s", c.place)
			c.unremarked(g, providers.UnknownField)
		}
		return ""
	}
}

func keyReference(g Gomega, in In) string {
	if entry, ok := in.taught(g); ok {
		g.Expect(entry.APIKey).To(Equal("$"+in.travelled()), "apiKey in models.json")
	}
	return ""
}

// oneModel expects the selected id alone, or some one id where none was asked
// for.
func oneModel(g Gomega, in In) string {
	entry, ok := in.taught(g)
	if !ok {
		return ""
	}
	var ids, want []string
	for _, m := range entry.Models {
		ids = append(ids, m.ID)
	}
	id := in.id()
	if id == "" { // whichever the run falls to, it is one
		g.Expect(ids).To(HaveLen(1), "models in models.json")
		return ""
	}
	want = []string{id}
	g.Expect(cmp.Diff(want, ids)).To(BeEmpty(), "models in models.json (-expected +seen)")
	return ""
}

func providerKeys(g Gomega, in In) string {
	if providers, ok := in.models(g); ok {
		g.Expect(slices.Sorted(maps.Keys(providers))).To(Equal([]string{in.Kind["pi"]}), "keys of providers in models.json")
	}
	return ""
}

// renamedProvider expects Pi's own id where the platform's differs, and the
// request at the connection.
func renamedProvider(g Gomega, in In) string {
	if auth, ok := in.auth(g); ok {
		names := slices.Sorted(maps.Keys(auth)) // sorted: a mismatch reads the same in each run
		g.Expect(names).To(ContainElement(in.Kind["pi"]), "entries of auth.json")
		g.Expect(names).NotTo(ContainElement(in.Kind["name"]), "entries of auth.json")
	}
	if in.Want.Is("config", "auth+models") {
		providerKeys(g, in)
	}
	for _, c := range in.asked(g) {
		g.Expect(c.Host).To(Equal(in.Want.Get("request.host")), "host of %s", c.place)
	}
	return ""
}

// acceptedByPi looks at what the fake Pi notes of the file, and at the request,
// which only an accepted file can have shaped.
func acceptedByPi(g Gomega, in In) string {
	p := in.ran(g)
	if p == nil {
		return ""
	}
	if _, ok := in.models(g); !ok {
		return ""
	}
	for _, note := range p.Notes {
		g.Expect(note).NotTo(ContainSubstring("models.json"), "what Pi found wrong")
	}
	for _, c := range in.asked(g) {
		g.Expect(c.Host).To(Equal(in.Want.Get("request.host")), "host of %s", c.place)
		if id := in.id(); id != "" {
			g.Expect(c.Model).To(Equal(id), "model of %s", c.place)
		}
	}
	return ""
}

func filesBeforePi(g Gomega, in In) string {
	p := in.ran(g)
	if p == nil {
		return ""
	}
	want := []string{"auth.json"}
	if in.Want.Is("config", "auth+models") {
		want = append(want, "models.json")
	}
	for _, path := range want {
		_, present := file(p, path)
		g.Expect(present).To(BeTrue(), "%s stood in Pi's folder when Pi started", path)
	}
	return ""
}

func customModelRuns(g Gomega, in In) string {
	if out := in.ended(g); out != nil {
		g.Expect(out.OK).To(BeTrue(), "the run succeeds (%s)", failureText(in))
		g.Expect(out.Model).To(HaveSuffix(in.id()), "model of the reply")
	}
	for _, c := range in.asked(g) {
		g.Expect(c.Model).To(Equal(in.id()), "model of %s", c.place)
	}
	return ""
}

func reachesConnection(g Gomega, in In) string {
	host := in.Want.Get("request.host")
	for _, c := range in.asked(g) {
		g.Expect(c.Host).To(Equal(host), "host of %s", c.place)
		g.Expect(c.Path).To(Equal(in.path(c)), "path of %s", c.place)
		g.Expect(c.Key).To(Equal(in.chosen()), "key of %s", c.place)
		if id := in.id(); id != "" {
			g.Expect(c.Model).To(Equal(id), "model of %s", c.place)
		}
		c.unremarked(g, providers.DoubledSegment, providers.ForeignKey)
	}
	var others []string
	for _, c := range in.Got.Providers {
		if c.Host != host {
			others = append(others, c.Method+" "+c.Host)
		}
	}
	for _, c := range in.Got.Egress {
		if to := withoutPort(c.Host); to != host && !loopback(to) {
			others = append(others, c.Method+" "+to)
		}
	}
	g.Expect(others).To(BeEmpty(), "other hosts than %s that were contacted", host)
	return ""
}

func redirected(g Gomega, in In) string {
	for _, c := range in.asked(g) {
		g.Expect(c.Host).To(Equal(in.Want.Get("request.host")), "host of %s, which asks for a built-in id", c.place)
		g.Expect(c.Model).To(Equal(in.id()), "model of %s", c.place)
	}
	return ""
}

func nothingLeft(g Gomega, in In) string {
	p := in.ran(g)
	if p == nil {
		return ""
	}
	if in.Case.Is("sandbox", "daytona") {
		in.housed(g, p)
		g.Expect(in.leftInCloud()).To(BeEmpty(), "configuration left in sandboxes after the turn")
	}
	if in.Case.Is("sandbox", "local") {
		below, known := in.belowTemp(p)
		if !known {
			return "whether Pi had a folder below the temporary root is not known"
		}
		g.Expect(below).To(BeTrue(), "the run had a folder of its own to remove (%s)", p.AgentDir)
	}
	var left []string
	for _, e := range in.Got.Left {
		if e.Path != "." && e.Path != "" && !(in.Got.Pi.Kind != "fake" && ownCache(e.Path)) {
			left = append(left, e.Path)
		}
	}
	g.Expect(left).To(BeEmpty(), "left below the temporary root after the turn")
	return ""
}

// ownCache reports whether a path below the temporary root belongs to the caches
// of a real Pi's own runtime. They hold compiled code, outlive each run by
// design, and are still searched for canaries.
func ownCache(path string) bool {
	root, _, _ := strings.Cut(path, "/")
	return root == "jiti" || root == "node-compile-cache"
}

func fileModes(g Gomega, in In) string {
	p := in.ran(g)
	if p == nil {
		return ""
	}
	g.Expect(p.AgentDirMode).To(Equal("0700"), "mode of Pi's folder")
	auth, ok := file(p, "auth.json")
	g.Expect(ok).To(BeTrue(), "auth.json in Pi's folder")
	if ok {
		g.Expect(auth.Mode).To(Equal("0600"), "mode of auth.json")
	}
	if models, ok := file(p, "models.json"); ok {
		g.Expect(models.Mode).To(Equal("0600"), "mode of models.json")
	}
	return ""
}

func settingsSeeded(g Gomega, in In) string {
	const name = "conformMarker"
	var own, run map[string]any
	if json.Unmarshal([]byte(byPath(in.Got.Operator.Before)["settings.json"].Content), &own) != nil || own[name] == nil {
		return "the operator's settings.json does not stand in the evidence"
	}
	p := in.ran(g)
	if p == nil {
		return ""
	}
	f, ok := file(p, "settings.json")
	g.Expect(ok).To(BeTrue(), "settings.json in Pi's folder")
	if ok {
		_ = json.Unmarshal([]byte(f.Content), &run) // what is no JSON has no marker
		g.Expect(run[name]).To(Equal(own[name]), "marker of the operator's settings.json in Pi's")
	}
	return ""
}

func extensionInstalled(g Gomega, in In) string {
	if p := in.ran(g); p != nil {
		f, ok := file(p, "extensions/agenta.js")
		g.Expect(ok).To(BeTrue(), "extensions/agenta.js in Pi's folder")
		if ok {
			g.Expect(f.Size).NotTo(BeZero(), "bytes of extensions/agenta.js")
		}
	}
	return ""
}

// composes expects skill and configuration in one folder, and the system prompt
// there too or on Pi's command line.
func composes(g Gomega, in In) string {
	p := in.ran(g)
	if p == nil {
		return ""
	}
	const skill, prompt = "release-notes", "Answer briefly."
	hasSkill, hasPrompt := false, strings.Contains(strings.Join(p.Argv, "\n"), prompt)
	for _, f := range p.Files {
		hasSkill = hasSkill || !f.Dir && strings.Contains(f.Path, skill) && f.Size > 0
		hasPrompt = hasPrompt || strings.Contains(f.Content, prompt)
	}
	g.Expect(hasSkill).To(BeTrue(), "the skill %s in Pi's folder", skill)
	g.Expect(hasPrompt).To(BeTrue(), "the system prompt in Pi's folder or command line")
	return filesBeforePi(g, in)
}

func failsWithoutDisk(g Gomega, in In) string {
	out := in.ended(g)
	if out == nil {
		return ""
	}
	g.Expect(out.OK).To(BeFalse(), "the run succeeds although its configuration cannot be written")
	g.Expect(in.calls()).To(BeEmpty(), "requests to providers")
	if in.runCall() == nil && !out.OK {
		return "the turn failed before the runner was asked: " + failureText(in)
	}
	return ""
}

// loginAsItIs expects the operator's folder without anything generated, and the
// operator's key at the provider where that login is the one found.
func loginAsItIs(g Gomega, in In) string {
	if len(in.Got.Operator.Before) == 0 {
		return "the operator's folder was not listed before the run"
	}
	before, after := byPath(in.Got.Operator.Before), byPath(in.Got.Operator.After)
	g.Expect(slices.Sorted(maps.Keys(after))).NotTo(ContainElement("models.json"), "the operator's folder after the run")
	g.Expect(sameJSON(before["auth.json"].Content, after["auth.json"].Content)).To(BeEmpty(), "auth.json in the operator's folder (-before +after)")
	if in.Want.Is("called", "none") && len(in.Got.Processes) == 0 {
		return ""
	}
	if p := in.ran(g); p != nil {
		_, generated := file(p, "models.json")
		g.Expect(generated).To(BeFalse(), "models.json in Pi's folder")
		auth, _ := file(p, "auth.json")
		g.Expect(sameJSON(before["auth.json"].Content, auth.Content)).To(BeEmpty(), "auth.json in Pi's folder (-operator's +seen)")
	}
	if in.Want.Is("called", "operator", "other") {
		operator := in.marks(evidence.RoleOperator)
		for _, c := range in.asked(g) {
			g.Expect(operator).To(ContainElement(c.Key), "keys of the operator's login, of which %s used one", c.place)
		}
	}
	return ""
}

func errorSurfaces(g Gomega, in In) string {
	in.asked(g) // without a request there was no error to surface
	if out := in.ended(g); out != nil {
		g.Expect(out.OK).To(BeFalse(), "the run succeeds although the provider failed")
		g.Expect(failureText(in)).NotTo(BeEmpty(), "text of the error")
	}
	return ""
}

func piOwnAddress(g Gomega, in In) string {
	for _, c := range in.asked(g) {
		g.Expect(c.Host).To(Equal(in.Want.Get("request.host")), "host of %s", c.place)
		g.Expect(c.Path).To(Equal(in.path(c)), "path of %s", c.place)
	}
	return ""
}

func familyIDWhole(g Gomega, in In) string {
	oneModel(g, in)
	for _, c := range in.asked(g) {
		g.Expect(c.Model).To(Equal(in.id()), "model of %s", c.place)
	}
	return ""
}
