package suites

import (
	"testing"

	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/fakes/pi/flight"
)

func TestBan(t *testing.T) {
	reply := func(text string) func(*evidence.Evidence) {
		return func(e *evidence.Evidence) { e.Outcome.Reply, e.Outcome.Deltas = text, nil }
	}
	with := func(banner string) string { return plain + "+banner=" + banner }
	the := []string{"the reply"}
	judgeFaults(t, ban(), []fault{
		{"BAN-1", with("extensions-js"), "heading leaks", reply("## Extensions\nHello from the model."), the},
		{"BAN-1", with("extensions-js"), "no Pi", noPi, []string{"a Pi process was started"}},
		{"BAN-1", with("extensions-js"), "no outcome", noOutcome, []string{"the turn has an outcome"}},
		{"BAN-1", with("extensions-js"), "the run fails", func(e *evidence.Evidence) { e.Outcome.OK = false }, []string{"the turn succeeds ()"}},
		{"BAN-1", with("extensions-js") + "+turn=stream", "heading streams", func(e *evidence.Evidence) {
			e.Outcome.Deltas = []string{"## Extensions\n", e.Outcome.Reply}
		}, []string{"the streamed text"}},
		{"BAN-2", with("rendered"), "heading leaks", reply("Extensions\nHello from the model."), the},
		{"BAN-3", with("extensions-js"), "path leaks", reply("- /a/b.js\nHello from the model."), the},
		{"BAN-4", with("extensions-js"), "notice leaks", reply("New version available: v99.1.2\nHello from the model."), the},
		{"BAN-5", with("context"), "version leaks", reply("pi v0.79.4\nHello from the model."), the},
		{"BAN-6", plain + "+answer=mentions", "answer cut", reply("Hello"), the},
		{"BAN-7", with("context") + "+turn=stream", "fragment", func(e *evidence.Evidence) { e.Outcome.Deltas = []string{"pi v", e.Outcome.Reply} }, []string{"the streamed text"}},
		{"BAN-7", with("context") + "+turn=stream", "nothing streamed", func(e *evidence.Evidence) { e.Outcome.Deltas = nil }, []string{"the streamed text"}},
		{"BAN-8", with("extensions-ts"), "path leaks", reply("- npm:foo\nHello from the model."), the},
		{"BAN-9", with("prompts"), "heading leaks", reply("## Prompts\nHello from the model."), the},
		{"BAN-10", plain + "+answer=word", "first line eaten", reply("from the model."), the},
		{"BAN-11", with("only"), "banner leaks", reply("pi v0.79.4"), the},
		{"BAN-12", with("spaces"), "path leaks", reply("- /a b/c.js\nHello from the model."), the},
	})
	unsaid := func(e *evidence.Evidence) { e.Processes[0].Stdout = []flight.Line{{Text: `{"delta":"Hello"}`}} }
	judgeUnsure(t, ban(), []unsure{
		{"BAN-1", with("extensions-js"), unsaid, "Pi did not say the banner"},
		{"BAN-7", with("context") + "+turn=stream", unsaid, "Pi did not say the banner"},
		{"BAN-1", with("extensions-js"), func(e *evidence.Evidence) { e.Input.Banner = "" }, "no banner was staged"},
		{"BAN-6", plain + "+answer=mentions", func(e *evidence.Evidence) { e.Input.Reply = "" }, "the model was not scripted to say anything"},
	})
	judgeGood(t, ban())
}
