package pi_test

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/agenta-ai/conform/fakes/pi/flight"
	"github.com/agenta-ai/conform/fakes/pi/pitest"
)

// versions are those that are played with everything.
var versions = []string{"0.79.4", "0.80.6", "0.87.1"}

func each(t *testing.T, do func(t *testing.T, version string)) {
	t.Helper()
	t.Parallel()
	for _, v := range versions {
		t.Run(v, func(t *testing.T) { t.Parallel(); do(t, v) })
	}
}

// startAs starts a version with a provider's model m1 and no retries.
func startAs(t *testing.T, version string, p *pitest.Provider, args ...string) *pitest.Pi {
	t.Helper()
	return pitest.Start(t, pitest.Options{
		Binary: fake, Args: append([]string{"--mode", "rpc"}, args...), Sidecar: flight.Sidecar{Play: version},
		Files: map[string]string{modelsFile: p.Models("m1"), settingsFile: noRetry},
	})
}

func call(pi *pitest.Pi, command string) pitest.Line {
	return pi.Call(map[string]any{"type": command})
}

// told are the roles and texts of the conversation, but not Pi's own instructions.
func told(pi *pitest.Pi) string {
	var out []string
	messages, _ := call(pi, "get_messages").At("data", "messages").([]any)
	for _, m := range messages {
		l := pitest.Line(m.(map[string]any))
		if l.Text("role") == "system" {
			continue
		}
		text := l.Text("role") + ":"
		content, _ := l.At("content").([]any)
		for _, block := range content {
			text += pitest.Line(block.(map[string]any)).Text("text")
		}
		out = append(out, text)
	}
	return strings.Join(out, " ")
}

func TestForkAndClone(t *testing.T) {
	each(t, func(t *testing.T, version string) {
		pi := startAs(t, version, pitest.Serve(t, pitest.Say("first"), pitest.Say("second"), pitest.Say("third")))
		pi.Prompt("one")
		pi.Prompt("two")
		original := call(pi, "get_state")
		messages, _ := call(pi, "get_fork_messages").At("data", "messages").([]any)
		if len(messages) != 2 {
			t.Fatalf("there are %v to fork at", messages)
		}
		second := pitest.Line(messages[1].(map[string]any))
		if second.Text("text") != "two" {
			t.Errorf("the second is %v", second)
		}
		if got := pi.Call(map[string]any{"type": "fork", "entryId": "nope"}).Text("error"); got != "Invalid entry ID for forking" {
			t.Errorf("an entry that is not there: %s", got)
		}

		cloned := call(pi, "clone")
		if cloned.At("data", "cancelled") != false || told(pi) != "user:one assistant:first user:two assistant:second" {
			t.Errorf("clone: %v, then %s", cloned, told(pi))
		}
		messages, _ = call(pi, "get_fork_messages").At("data", "messages").([]any)
		second = pitest.Line(messages[1].(map[string]any))
		forked := pi.Call(map[string]any{"type": "fork", "entryId": second.Text("entryId")})
		if forked.Text("data", "text") != "two" || forked.At("data", "cancelled") != false || told(pi) != "user:one assistant:first" {
			t.Errorf("fork: %v, then %s", forked, told(pi))
		}
		pi.Prompt("three")
		if told(pi) != "user:one assistant:first user:three assistant:third" {
			t.Errorf("afterwards %s", told(pi))
		}
		state := call(pi, "get_state")
		if state.Text("data", "sessionId") == original.Text("data", "sessionId") || state.Text("data", "model", "id") != "m1" {
			t.Errorf("state %v", state)
		}
		pi.Close()
		files, err := filepath.Glob(filepath.Join(pi.Home, ".pi/agent/sessions/*/*.jsonl"))
		if err != nil || len(files) != 3 {
			t.Errorf("session files %v, %v", files, err)
		}
	})
}

func TestCloneOfWhatIsNotSaved(t *testing.T) {
	each(t, func(t *testing.T, version string) {
		pi := startAs(t, version, pitest.Serve(t))
		want := regexp.MustCompile(`^Entry [0-9a-f]{8} not found$`)
		if version == "0.87.1" {
			want = regexp.MustCompile(`^This session has not been saved yet\. Wait for the first assistant response before cloning or forking it\.$`)
		}
		if got := call(pi, "clone").Text("error"); !want.MatchString(got) {
			t.Errorf("clone: %s", got)
		}
		pi.Close()
	})
}

func TestSessionFolders(t *testing.T) {
	each(t, func(t *testing.T, version string) {
		for name, c := range map[string]struct {
			args []string
			want string // pattern below the home folder, of the file that get_state names; "" for none
		}{
			"by working directory": {nil, `^\.pi/agent/sessions/--.*-work--/\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z_[0-9a-f-]{36}\.jsonl$`},
			"named":                {[]string{"--session-dir", "elsewhere"}, `^elsewhere/\d{4}-.*_[0-9a-f-]{36}\.jsonl$`},
			"with an id":           {[]string{"--session-id", "my-id"}, `^\.pi/agent/sessions/--.*-work--/.*Z_my-id\.jsonl$`},
			"a file":               {[]string{"--session", "./here/s.jsonl"}, `^work/here/s\.jsonl$`},
			"none":                 {[]string{"--no-session"}, ``},
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				pi := startAs(t, version, pitest.Serve(t, pitest.Say("first")), c.args...)
				file := call(pi, "get_state").Text("data", "sessionFile")
				pi.Prompt("one")
				pi.Close()
				short := strings.TrimPrefix(file, pi.Home+"/")
				if short != file || c.want == "" {
					if !regexp.MustCompile(c.want).MatchString(short) || c.want == "" && file != "" {
						t.Errorf("the session is in %q", file)
					}
				} else if !regexp.MustCompile(c.want).MatchString(file) { // as it was named
					t.Errorf("the session is in %q", file)
				}
				if c.want == "" {
					if left, _ := filepath.Glob(filepath.Join(pi.Home, ".pi/agent/sessions/*/*.jsonl")); len(left) > 0 {
						t.Errorf("there are %v", left)
					}
				}
			})
		}
	})
}

func TestSessionThatIsNone(t *testing.T) {
	each(t, func(t *testing.T, version string) {
		pi := pitest.Start(t, pitest.Options{Binary: fake, Args: []string{"--mode", "rpc", "--session", "../s.jsonl"}, Sidecar: flight.Sidecar{Play: version},
			Files: map[string]string{"s.jsonl": "hello\n"}})
		code := pi.Close()
		refused := strings.HasPrefix(pi.Stderr(), "Error: Session file is not a valid pi session: ")
		if want := version != "0.79.4"; refused != want || (code == 1) != want {
			t.Errorf("exit %d, stderr %q", code, pi.Stderr())
		}
		if kept := pi.Read("s.jsonl") == "hello\n"; kept != refused {
			t.Errorf("the file has %q", pi.Read("s.jsonl"))
		}
	})
}

func TestTools(t *testing.T) {
	each(t, func(t *testing.T, version string) {
		for name, c := range map[string]struct {
			args []string
			want string
		}{
			"default":      {nil, "read bash edit write"},
			"chosen":       {[]string{"--tools", "write, read"}, "write read"},
			"one":          {[]string{"-t", "bash"}, "bash"},
			"unknown":      {[]string{"--tools", "nosuch,read"}, "read"},
			"none of them": {[]string{"--no-tools"}, ""},
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				provider := pitest.Serve(t, pitest.Say("ok"))
				pi := startAs(t, version, provider, c.args...)
				pi.Prompt("hi")
				pi.Close()
				var got []string
				tools, _ := provider.Requests()[0].Body.At("tools").([]any)
				for _, tool := range tools {
					got = append(got, pitest.Line(tool.(map[string]any)).Text("function", "name"))
				}
				if strings.Join(got, " ") != c.want {
					t.Errorf("the model is offered %q", got)
				}
			})
		}
	})
}
