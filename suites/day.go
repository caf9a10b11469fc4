package suites

import (
	"maps"
	"slices"
	"strings"

	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/fakes/daytona"
	"github.com/agenta-ai/conform/fakes/pi/flight"
	"github.com/agenta-ai/conform/fakes/providers"
	"github.com/agenta-ai/conform/matrix"
	"github.com/agenta-ai/conform/subjects/protocol"
	"github.com/google/go-cmp/cmp"
	. "github.com/onsi/gomega"
)

func day() []Check {
	needs := []string{protocol.CapRun}
	configured := func(facts ...string) func(matrix.Case, matrix.Expectation) bool {
		return where(append([]string{inSandbox, "config=auth|auth+models"}, facts...)...)
	}
	return []Check{
		{Clause: "DAY-1", Needs: needs, Shows: configured(), Judge: authInSandbox},
		{Clause: "DAY-2", Needs: needs, Shows: where(inSandbox, "config=auth+models", "beside=local"), Judge: sameModelsFile},
		{Clause: "DAY-3", Needs: needs, Shows: configured(), Judge: variableResolves},
		{Clause: "DAY-4", Needs: needs, Shows: configured(), Judge: uploadsFirst},
		{Clause: "DAY-5", Needs: needs, Shows: configured(), Judge: noKeyUploaded},
		{Clause: "DAY-6", Needs: needs, Shows: configured("login=other|oauth"), Judge: noLoginAtPi},
		{Clause: "DAY-7", Across: []string{"sandbox-dir"}, Needs: needs, Shows: where(inSandbox, "!called=none"), Judge: sandboxFolder},
		{Clause: "DAY-8", Needs: needs, Shows: where(inSandbox, "cloud=used", "!called=none"), Judge: nothingOfEarlierRuns},
		{Clause: "DAY-9", Needs: needs, Shows: where(inSandbox, "beside=local", "outcome=replies|falls-back|not-settable"), Judge: endsAsLocal},
		{Clause: "DAY-10", Needs: needs, Shows: where(inSandbox, "cloud=upload-fails", "outcome=fails"), Judge: failsWithoutUpload},
		{Clause: "DAY-11", Needs: needs, Shows: func(c matrix.Case, x matrix.Expectation) bool {
			return c.Is("sandbox", "daytona") && x.Is("outcome", "fails") && (c.Is("cloud", "pi-dies") || !x.Is("called", "none"))
		}, Judge: errorOfSandbox},
		{Clause: "DAY-12", Needs: needs, Shows: where(inSandbox, "endpoint=port-url|blocked-url", "outcome=replies", "called=chosen"), Judge: anyAddress},
	}
}

func authInSandbox(g Gomega, in In) string {
	if p := in.ran(g); p != nil {
		in.housed(g, p)
	}
	return authEntry(g, in)
}

// sameModelsFile compares with what Pi found on the runner's own machine.
func sameModelsFile(g Gomega, in In) string {
	local, reason := in.twin()
	if reason != "" {
		return reason
	}
	p := in.ran(g)
	if p == nil {
		return ""
	}
	in.housed(g, p)
	there, want := file(local, "models.json")
	here, got := file(p, "models.json")
	g.Expect(got).To(Equal(want), "models.json in the sandbox, as on the runner's own machine")
	if got && want {
		g.Expect(cmp.Diff(there.Content, here.Content)).To(BeEmpty(), "models.json (-local +sandbox)")
	}
	return ""
}

// variableResolves follows the reference in auth.json to its value.
func variableResolves(g Gomega, in In) string {
	p := in.ran(g)
	auth, ok := in.auth(g)
	if p == nil || !ok {
		return ""
	}
	in.housed(g, p)
	entry, _ := auth[in.Kind["pi"]].(map[string]any)
	name, isReference := strings.CutPrefix(text(entry["key"]), "$")
	g.Expect(isReference).To(BeTrue(), "entry %s of auth.json refers to a variable", in.Kind["pi"])
	if !isReference {
		return ""
	}
	v, present := variable(p, name)
	g.Expect(present).To(BeTrue(), "%s in the sandbox", name)
	if present {
		g.Expect(in.worth(v.Value)).To(Equal(in.chosen()), "what %s in the sandbox stands for", name)
	}
	return ""
}

// uploadsFirst expects the files at Pi's start, and none to come after it.
func uploadsFirst(g Gomega, in In) string {
	p := in.ran(g)
	if p == nil {
		return ""
	}
	in.housed(g, p)
	filesBeforePi(g, in)
	var late []string
	for _, u := range in.uploads() {
		if strings.HasPrefix(u.Path, p.AgentDir+"/") && u.call.At.After(p.Start) {
			late = append(late, u.place)
		}
	}
	g.Expect(late).To(BeEmpty(), "files of Pi's folder that came after Pi's start")
	return ""
}

func noKeyUploaded(g Gomega, in In) string {
	if p := in.ran(g); p == nil || in.housed(g, p) == nil {
		return ""
	}
	keys := []evidence.Role{evidence.RoleChosen, evidence.RoleOther, evidence.RoleForeign, evidence.RoleCaller, evidence.RoleAmbient, evidence.RoleExtra, evidence.RoleInfra}
	g.Expect(in.at(intoSandbox, keys...)).To(BeEmpty(), "keys in files that went into the sandbox")
	return ""
}

// noLoginUploaded is ISO-11: what the run sent to the cloud.
func noLoginUploaded(g Gomega, in In) string {
	if in.Got.Cloud == nil {
		return "the sandbox cloud was not spoken to"
	}
	sent := func(place string) bool { return strings.HasPrefix(place, "cloud.") }
	g.Expect(in.at(sent, evidence.RoleOperator)).To(BeEmpty(), "keys of the operator's login in what was sent to the cloud")
	return ""
}

// noLoginAtPi is DAY-6: what Pi found, by whatever way it came there. A login of
// the same provider would not be told from the generated entry in its place.
func noLoginAtPi(g Gomega, in In) string {
	p := in.ran(g)
	if p == nil {
		return ""
	}
	in.housed(g, p)
	if _, present := file(p, "auth.json"); present { // that it is missing is DAY-1's to say
		auth, _ := in.auth(g)
		for _, name := range slices.Sorted(maps.Keys(auth)) {
			g.Expect(name).To(Equal(in.Kind["pi"]), "entries of auth.json in the sandbox")
		}
	}
	g.Expect(in.at(under("processes["), evidence.RoleOperator)).To(BeEmpty(), "keys of the operator's login in the sandbox")
	return ""
}

// loginMayCome is ISO-12: the run may be refused, or uses the operator's login.
func loginMayCome(g Gomega, in In) string {
	out := in.ended(g)
	if out == nil {
		return ""
	}
	if !out.OK && len(in.calls()) == 0 {
		return "the subject runs no operator's login in a sandbox: " + failureText(in)
	}
	if p := in.ran(g); p != nil {
		in.housed(g, p)
	}
	operator := in.marks(evidence.RoleOperator)
	for _, c := range in.asked(g) {
		g.Expect(operator).To(ContainElement(c.Key), "keys of the operator's login, of which %s used one", c.place)
	}
	return ""
}

// sandboxFolder expects Pi where the runner's setting says, or where it does by
// default.
func sandboxFolder(g Gomega, in In) string {
	p := in.ran(g)
	if p == nil {
		return ""
	}
	in.housed(g, p)
	want := "/home/sandbox/.pi/agent"
	if set := in.Got.Input.Policy["AGENTA_AGENT_SANDBOX_PI_DIR"]; set != "" {
		want = set
	}
	v, _ := variable(p, "PI_CODING_AGENT_DIR")
	g.Expect(v.Value).To(Equal(want), "PI_CODING_AGENT_DIR in the sandbox")
	g.Expect(p.AgentDir).To(Equal(want), "Pi's folder in the sandbox")
	return ""
}

// nothingOfEarlierRuns looks for what the sandbox came with.
func nothingOfEarlierRuns(g Gomega, in In) string {
	p := in.ran(g)
	if p == nil {
		return ""
	}
	in.housed(g, p)
	models, present := file(p, "models.json")
	g.Expect(present).To(Equal(in.Want.Is("config", "auth+models")), "models.json in the folder of a sandbox that was used before")
	g.Expect(models.Content).NotTo(ContainSubstring("left-behind"), "models.json in the sandbox")
	auth, _ := file(p, "auth.json")
	g.Expect(auth.Content).NotTo(ContainSubstring("$EARLIER_API_KEY"), "auth.json in the sandbox")
	return ""
}

// ending is what must be alike on both machines.
type ending struct {
	OK        bool
	Status    int
	Model     string
	Class     string
	Requested string
	Allowed   []string
	Requests  []string
}

func endingOf(out *protocol.Outcome, calls []providers.Call) ending {
	e := ending{OK: out.OK, Status: out.Status, Model: out.Model}
	if out.Error != nil {
		e.Class, e.Requested, e.Allowed = out.Error.Class, out.Error.Requested, slices.Sorted(slices.Values(out.Error.Allowed))
	}
	for _, c := range calls {
		if c.Method == "POST" {
			e.Requests = append(e.Requests, c.Host+c.Path+" "+c.Model+" "+c.Key)
		}
	}
	return e
}

func endsAsLocal(g Gomega, in In) string {
	out := in.ended(g)
	if in.Got.Twin == nil || in.Got.Twin.Outcome == nil {
		return "no turn was made on the runner's own machine"
	}
	if out == nil {
		return ""
	}
	local, here := endingOf(in.Got.Twin.Outcome, in.Got.Twin.Providers), endingOf(out, in.Got.Providers)
	g.Expect(cmp.Diff(local, here)).To(BeEmpty(), "how the turn ended (-local +sandbox)")
	return ""
}

func failsWithoutUpload(g Gomega, in In) string {
	failed := false
	if in.Got.Cloud != nil {
		failed = slices.ContainsFunc(in.Got.Cloud.Calls, func(c daytona.Call) bool {
			return strings.Contains(c.Path, "/files/") && strings.Contains(c.Path, "upload") && c.Status >= 500
		})
	}
	out := in.ended(g)
	if out == nil {
		return ""
	}
	if !failed && out.OK {
		return "no upload failed: the files came into the sandbox in another way"
	}
	g.Expect(out.OK).To(BeFalse(), "the run succeeds although a file of it could not be uploaded")
	g.Expect(failureText(in)).NotTo(BeEmpty(), "text of the error")
	g.Expect(in.calls()).To(BeEmpty(), "requests to providers")
	return ""
}

func errorOfSandbox(g Gomega, in In) string {
	var p *flight.Record
	if in.Case.Is("cloud", "well", "slow", "used") {
		in.asked(g) // without a request there was no error to surface
		p = in.ran(g)
	}
	if p != nil {
		in.housed(g, p)
	}
	if out := in.ended(g); out != nil {
		g.Expect(out.OK).To(BeFalse(), "the run succeeds although Pi failed in the sandbox")
		g.Expect(failureText(in)).NotTo(BeEmpty(), "text of the error")
	}
	return ""
}

func anyAddress(g Gomega, in In) string {
	if p := in.ran(g); p != nil {
		in.housed(g, p)
	}
	for _, c := range in.asked(g) {
		g.Expect(c.Host).To(Equal(in.Want.Get("request.host")), "host of %s", c.place)
		g.Expect(c.Key).To(Equal(in.chosen()), "key of %s", c.place)
	}
	if out := in.ended(g); out != nil {
		g.Expect(out.OK).To(BeTrue(), "the run succeeds (%s)", failureText(in))
	}
	return ""
}
