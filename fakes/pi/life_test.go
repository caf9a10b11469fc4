package pi_test

import (
	"strings"
	"syscall"
	"testing"

	"github.com/agenta-ai/conform/fakes/pi/flight"
	"github.com/agenta-ai/conform/fakes/pi/pitest"
)

func TestCommandLine(t *testing.T) {
	t.Parallel()
	rpc := func(args ...string) []string { return append([]string{"--mode", "rpc"}, args...) }
	for name, c := range map[string]struct {
		args   []string
		code   int
		stderr string
	}{
		"short":                    {rpc("-zz"), 1, "Error: Unknown option: -zz\n"},
		"long":                     {rpc("--nosuch"), 1, "Error: Unknown option: --nosuch\n"},
		"no such model":            {rpc("--model", "nope/none"), 1, "Error: Model \"nope/none\" not found. Use --list-models to see available models.\n"},
		"no such provider":         {rpc("--provider", "nope", "--model", "x"), 1, "Error: Unknown provider \"nope\". Use --list-models to see available providers/models.\n"},
		"key without model":        {rpc("--api-key", "k"), 1, "Error: --api-key requires a model to be specified via --model, --provider/--model, or --models\n"},
		"no such session":          {rpc("--session", "deadbeef"), 1, "No session found matching 'deadbeef'\n"},
		"file argument":            {rpc("@file"), 1, "Error: @file arguments are not supported in RPC mode\n"},
		"unknown id":               {rpc("--model", "groq/zzz"), 0, "Warning: Model \"zzz\" not found for provider \"groq\". Using custom model id.\n"},
		"provider alone":           {rpc("--provider", "nope"), 0, ""},
		"scope that names nothing": {rpc("--models", "zzz"), 0, "Warning: No models match pattern \"zzz\"\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pi := pitest.Start(t, pitest.Options{Binary: fake, Args: c.args})
			if code := pi.Close(); code != c.code || pi.Stderr() != c.stderr || len(pi.Lines()) != 0 {
				t.Errorf("exit %d, stderr %q, stdout %v", code, pi.Stderr(), pi.Lines())
			}
		})
	}
}

func TestEnds(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		signal syscall.Signal
		code   int
		reason string
	}{
		"SIGTERM": {syscall.SIGTERM, 143, "SIGTERM"},
		"SIGHUP":  {syscall.SIGHUP, 129, "SIGHUP"},
		"SIGINT":  {syscall.SIGINT, -1, ""}, // no handler: the signal itself ends it
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pi := pitest.Start(t, pitest.Options{Binary: fake})
			pi.Call(map[string]any{"type": "get_state"}) // it is there
			if err := pi.Process.Signal(c.signal); err != nil {
				t.Fatal(err)
			}
			if code := pi.Wait(); code != c.code {
				t.Errorf("exit %d", code)
			}
			exit := pi.Record().Exit
			if (exit != nil) != (c.reason != "") || exit != nil && exit.Reason != c.reason {
				t.Errorf("recorded %+v", exit)
			}
		})
	}
	t.Run("null line", func(t *testing.T) {
		t.Parallel()
		pi := pitest.Start(t, pitest.Options{Binary: fake})
		pi.Send("null")
		if code := pi.Wait(); code != 1 || !strings.Contains(pi.Stderr(), "Cannot read properties of null (reading 'id')") {
			t.Errorf("exit %d, stderr %s", code, pi.Stderr())
		}
	})
	t.Run("commands and end at once", func(t *testing.T) {
		t.Parallel()
		provider := pitest.Serve(t, pitest.Say("never"))
		pi := start(t, provider)
		pi.SendRaw("{\"type\":\"get_state\"}\n{\"type\":\"prompt\",\"message\":\"x\"}") // the last line has no end
		if code := pi.Close(); code != 0 {
			t.Errorf("exit %d", code)
		}
		got := kinds(pi.Lines())
		if !strings.HasPrefix(got, "=get_state =prompt agent_start") || strings.Contains(got, "agent_end") || len(provider.Requests()) != 0 {
			t.Errorf("%d requests; %s", len(provider.Requests()), got)
		}
	})
	t.Run("end in mid-turn", func(t *testing.T) {
		t.Parallel()
		hold := make(chan struct{})
		defer close(hold)
		pi := start(t, pitest.Serve(t, pitest.Answer{Hold: hold}))
		pi.Call(map[string]any{"type": "prompt", "message": "x"})
		pi.Await(func(l pitest.Line) bool {
			return l.Text("type") == "message_start" && l.Text("message", "role") == "assistant"
		})
		if code := pi.Close(); code != 0 {
			t.Errorf("exit %d", code)
		}
		if got := kinds(pi.Lines()); strings.Contains(got, "message_end:assistant") || strings.Contains(got, "agent_end") {
			t.Errorf("said at the end: %s", got)
		}
	})
}

func TestRecorderPassesEverythingOn(t *testing.T) {
	t.Parallel()
	pi := pitest.Start(t, pitest.Options{Binary: recorder, Sidecar: flight.Sidecar{
		Play: "0.79.4", Exec: []string{fake},
	}})
	if got := pi.Call(map[string]any{"type": "get_state"}); got.At("success") != true {
		t.Errorf("state %v", got)
	}
	pi.Send(`{"type":"nope"}`)
	pi.Await(func(l pitest.Line) bool { return l.Text("error") == "Unknown command: nope" })
	if code := pi.Close(); code != 0 {
		t.Errorf("exit %d, stderr %s", code, pi.Stderr())
	}
	r := pi.Record()
	if r.Player != "recorder" || r.Version != "0.79.4" || len(r.Stdin) != 2 || len(r.Stdout) != 2 || r.Exit == nil || r.Exit.Code != 0 {
		t.Errorf("record %+v", r)
	}
}
