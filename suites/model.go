package suites

import (
	"strings"

	"github.com/agenta-ai/conform/matrix"
	"github.com/agenta-ai/conform/subjects/protocol"
	. "github.com/onsi/gomega"
)

func model() []Check {
	run := []string{protocol.CapRun}
	both := []string{protocol.CapResolve, protocol.CapRun}
	return []Check{
		{Clause: "MODEL-1", Shows: where("observe=functions"), Judge: func(g Gomega, in In) string {
			want := []string{"openai/gpt-5.5", "groq/llama-3.1-8b-instant"}
			for _, label := range []string{"values", "ids"} {
				var out protocol.AllowedOutput
				if reason := probeOutput(in, label, &out); reason != "" {
					return reason
				}
				g.Expect(out.Allowed).To(Equal(want), "the allowed set read from option %s", label)
				g.Expect(out.Picked).To(Equal("openai/gpt-5.5"), "the model picked from option %s", label)
			}
			return ""
		}},
		{Clause: "MODEL-2", Across: []string{"found"}, Needs: run, Shows: where("outcome=not-settable"), Judge: notSettable},
		{Clause: "MODEL-3", Needs: run, Shows: where("strict=strict-unset", "outcome=falls-back"), Judge: fallsBack},
		{Clause: "MODEL-4", Across: []string{"found"}, Needs: run, Shows: where("strict=strict-on", "outcome=not-settable"), Judge: func(g Gomega, in In) string {
			g.Expect(in.Got.Outcome).To(HaveValue(HaveField("OK", false)), "the turn")
			g.Expect(in.modelCalls()).To(BeEmpty(), "requests to providers")
			return ""
		}},
		{Clause: "MODEL-5", Needs: run, Shows: where("strict=strict-off|strict-0|strict-no|strict-False", "outcome=falls-back"), Judge: fallsBack},
		{Clause: "MODEL-6", Needs: run, Shows: where("model=no-model", "outcome=replies"), Judge: func(g Gomega, in In) string {
			g.Expect(in.failure()).To(BeEmpty(), "the error of a turn that asks for no model (%s)", failureText(in))
			g.Expect(in.modelCalls()).NotTo(BeEmpty(), "requests to providers")
			return ""
		}},
		{Clause: "MODEL-7", Shows: where("observe=functions"), Judge: picks("bare-openai", "openai/gpt-5.5")},
		{Clause: "MODEL-8", Needs: run, Shows: where("outcome=not-settable"), Judge: func(g Gomega, in In) string {
			if in.Got.Outcome == nil || in.Got.Outcome.Error == nil {
				g.Expect(in.failure()).To(Equal("ModelNotSettableError"), "class of the error")
				return ""
			}
			allowed := in.Got.Outcome.Error.Allowed
			if in.Want.Is("found", "nothing") {
				g.Expect(allowed).To(BeEmpty(), "valid ids, although nobody is logged in")
				return ""
			}
			g.Expect(allowed).NotTo(BeEmpty(), "valid ids in the error")
			for _, id := range allowed {
				g.Expect(in.Got.Outcome.Error.Message).To(ContainSubstring(id), "text of the error")
			}
			return ""
		}},
		{Clause: "MODEL-9", Needs: both, Shows: func(c matrix.Case, x matrix.Expectation) bool {
			return turns(c, x) && c.Is("strict", "strict-on") && !c.Is("model", "no-model") && x.Is("outcome", "replies", "fails", "not-settable") && !x.Is("mode", "none", "-") && !x.Is("config", "-")
		}, Judge: onlyRequested},
		{Clause: "MODEL-10", Needs: run, Shows: where("outcome=replies|falls-back", "observe=turn"), Judge: reportsTruth},
		{Clause: "MODEL-13", Shows: where("observe=functions"), Judge: func(g Gomega, in In) string {
			if reason := picks("bare-openai", "openai/gpt-5.5")(g, in); reason != "" {
				return reason
			}
			return picks("bare-codex", "openai-codex/gpt-5.5")(g, in)
		}},
		{Clause: "MODEL-14", Needs: run, Shows: where("strict=strict-0|strict-no|strict-False", "outcome=falls-back"), Judge: fallsBack},
		{Clause: "MODEL-16", Needs: both, Shows: where("strict=strict-on", "model=no-model", "provider=openai", "record=provider_key", "outcome=replies"), Judge: succeeds},
		{Clause: "MODEL-17", Shows: where("observe=functions"), Judge: func(g Gomega, in In) string {
			var out protocol.AllowedOutput
			if reason := probeOutput(in, "unsettable", &out); reason != "" {
				return reason
			}
			g.Expect(out.Error).To(HaveValue(HaveField("Class", "ModelNotSettableError")), "the error for an id that is not allowed")
			if out.Error != nil {
				g.Expect(strings.ToLower(out.Error.Message)).NotTo(ContainSubstring("authentication"), "text of the error; an allowed id holds the digits 401")
			}
			return ""
		}},
		{Clause: "MODEL-18", Across: []string{"provider"}, Needs: both, Shows: managed("behaviour=401", "outcome=fails", "called=chosen"), Judge: func(g Gomega, in In) string {
			g.Expect(in.Got.Outcome).To(HaveValue(HaveField("OK", false)), "the turn")
			g.Expect(strings.ToLower(failureText(in))).To(ContainSubstring(strings.ToLower(in.Kind["label"])), "the provider in the error text")
			return ""
		}},
		{Clause: "MODEL-20", Needs: both, Shows: managed("model=built-in|slash-id", "outcome=replies", "config=auth"), Judge: func(g Gomega, in In) string {
			succeeds(g, in)
			return onlyRequested(g, in)
		}},
	}
}

func unshownModel() map[string]string {
	return map[string]string{
		"MODEL-12": "a rule for every harness needs the runner halves of Claude and Codex",
		"MODEL-15": "the in-process engine that it speaks of exists in no subject",
	}
}

// notSettable expects the typed error with the requested id and the allowed list.
func notSettable(g Gomega, in In) string {
	g.Expect(in.failure()).To(Equal("ModelNotSettableError"), "class of the error (%s)", failureText(in))
	if in.Got.Outcome == nil || in.Got.Outcome.Error == nil {
		return ""
	}
	g.Expect(in.Got.Outcome.Error.Requested).To(HaveSuffix(in.id()), "the requested id in the error")
	if !in.Want.Is("found", "nothing") {
		g.Expect(in.Got.Outcome.Error.Allowed).NotTo(BeEmpty(), "the allowed list in the error")
	}
	return ""
}

// fallsBack expects a turn that runs on another model, and a log line that says so.
func fallsBack(g Gomega, in In) string {
	g.Expect(in.Got.Outcome).To(HaveValue(HaveField("OK", true)), "the turn (%s)", failureText(in))
	g.Expect(strings.Join(in.Got.Log, "\n")).To(ContainSubstring(in.id()), "the log, which names the dropped model")
	calls := in.modelCalls()
	g.Expect(calls).NotTo(BeEmpty(), "requests to providers")
	for _, c := range calls {
		g.Expect(c.Model).NotTo(Equal(in.id()), "model of the request to %s", c.Host)
	}
	return ""
}

// onlyRequested expects that no provider was asked for another model.
func onlyRequested(g Gomega, in In) string {
	calls := in.modelCalls()
	ok := in.Got.Outcome != nil && in.Got.Outcome.OK
	if ok {
		g.Expect(calls).NotTo(BeEmpty(), "requests to providers of a turn that succeeded")
	}
	for _, c := range calls {
		g.Expect(c.Model).To(Equal(in.id()), "model of the request to %s", c.Host)
	}
	if in.Want.Is("outcome", "not-settable") && in.Got.Outcome != nil {
		g.Expect(ok).To(BeFalse(), "the turn")
	}
	return ifNil(len(calls) > 0 || ok || in.failure() == "ModelNotSettableError", "no provider was asked for any model")
}

// reportsTruth expects that the reply names the model that the provider was asked for.
func reportsTruth(g Gomega, in In) string {
	calls := in.modelCalls()
	g.Expect(calls).NotTo(BeEmpty(), "requests to providers")
	if len(calls) == 0 {
		return ""
	}
	ran := calls[len(calls)-1].Model
	said := outcomeModel(in)
	_, id, _ := strings.Cut(said, "/")
	g.Expect([]string{said, id}).To(ContainElement(ran), "model of the reply (%q) beside the model that ran", said)
	return ""
}

// succeeds expects a turn without an error.
func succeeds(g Gomega, in In) string {
	g.Expect(in.Got.Outcome).To(HaveValue(HaveField("OK", true)), "the turn (%s)", failureText(in))
	return ""
}

// picks expects the model that the picker of the runner chooses for a probe.
func picks(label, want string) func(Gomega, In) string {
	return func(g Gomega, in In) string {
		var out protocol.AllowedOutput
		if reason := probeOutput(in, label, &out); reason != "" {
			return reason
		}
		g.Expect(out.Picked).To(Equal(want), "the model picked for %s", label)
		return ""
	}
}
