package sample

import (
	"fmt"
	"slices"
	"time"

	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/verdict"
)

// spoil plants five causes of failure and a few of the rarer statuses.
func spoil(r *verdict.Result, index int) {
	a := r.Axes
	switch {
	case index >= 700 && index < 712:
		breakdown(r)
	case r.Status == verdict.Skipped:
	case index%499 == 17:
		r.Status, r.Reason = verdict.ExpectedFailed, "known: the gateway answers late (issue 212, until 2026-09-01)"
	case index%631 == 40:
		r.Status, r.Reason = verdict.Flaky, "passed on the second try; the first: the provider was not called within 5 s"
	case a["provider"] == "together_ai" && a["harness"] != "claude":
		violate(r, "ENV-1", "TOGETHER_API_KEY is not in the environment of Pi; TOGETHERAI_API_KEY is")
	case a["model"] == "custom-id" && a["endpoint"] == "no-url" && a["harness"] != "claude":
		violate(r, "CFG-7", fmt.Sprintf("models.json is missing in the agent folder of %s, though the model is not built in", a["provider"]),
			fmt.Sprintf("the request went to %s instead of %s", hostOf("openai"), hostOf(a["provider"])))
	case a["strict"] == "strict-on" && a["model"] == "unknown" && a["harness"] != "claude":
		violate(r, "MODEL-4", "status 200, want 422", "the reply names another model than the one asked for, and no error")
	case a["login"] == "same" && a["harness"] == "pi_agenta" && a["ambient"] == "polluted":
		violate(r, "ISO-4", fmt.Sprintf("«operator:%s» reached Pi in processes[0].files[auth.json]", a["provider"]))
		leak(r)
	}
}

func violate(r *verdict.Result, clause string, mismatches ...string) {
	r.Findings = slices.DeleteFunc(r.Findings, func(f verdict.Finding) bool { return f.Clause == clause })
	r.Findings = append(r.Findings, verdict.Finding{Clause: clause, Judgement: verdict.Violated, Mismatches: mismatches})
	r.Status, r.Reason = verdict.StatusOf(r.Findings, nil)
}

func breakdown(r *verdict.Result) {
	if r.Evidence == nil {
		r.Evidence = &evidence.Evidence{Cell: r.Cell}
	}
	r.Evidence.Failure = &evidence.Breakdown{
		Cause: "the subject's driver ended with exit status 2", Part: "subject", At: began.Add(28 * time.Second),
		Tail: []string{"panic: runtime error: index out of range [3] with length 3", "goroutine 41 [running]:", "main.(*vault).pick(...)"},
	}
	r.Findings = nil
	r.Status, r.Reason = verdict.StatusOf(r.Findings, r.Evidence.Failure)
}

func leak(r *verdict.Result) {
	if ev := r.Evidence; ev != nil {
		ev.Sightings = append(ev.Sightings, evidence.Sighting{
			Label: "operator:" + r.Axes["provider"], Place: "processes[0].files[auth.json]",
		})
	}
}
