package pi_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	pi "github.com/agenta-ai/conform/fakes/pi"
)

// patience is how long a process may take that has nothing to wait for.
const patience = time.Minute

// FuzzRPC plays a whole process on any input: it ends by itself, does not
// panic, says only JSON, and answers a command that comes last.
func FuzzRPC(f *testing.F) {
	for _, s := range []string{
		"", "\n", "{", "null", "{}\r\n[]\n", `{"type":"get_state","id":1}`, `{"type":"prompt","message":"x"}`,
		`{"type":"set_model","provider":{},"modelId":[1]}`, `{"type":"get_available_models"}` + "\n" + `{"type":"get_messages"}`,
		`{"type":"set_thinking_level","level":5}`, `{"type":"switch_session","sessionPath":"x"}`, `{"type":"new_session"}`,
		`{"type":"steer","message":"a","images":[{"type":"image"}]}` + "\n" + `{"type":"abort"}`, `{"type":"set_steering_mode"}`,
		`{"type":"extension_ui_response"}`, "{\"type\":\"\u2028\"}", `{"type":["x"],"id":{"a":null}}`, `{"type":"get_session_stats"`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, input string) {
		if runsShell(input) {
			t.Skip("would run commands")
		}
		home := t.TempDir()
		var stdout, stderr bytes.Buffer
		ended := make(chan int, 1)
		go func() {
			ended <- pi.Run(pi.Process{
				Args: []string{"--mode", "rpc", "--no-session"}, Environ: []string{"HOME=" + home}, Dir: home,
				Stdin: strings.NewReader(input + "\n{\"type\":\"abort_bash\",\"id\":\"last\"}"), Stdout: &stdout, Stderr: &stderr,
			})
		}()
		var code int
		select {
		case code = <-ended:
		case <-time.After(patience):
			t.Fatal("it does not end")
		}
		crashed := strings.HasPrefix(stderr.String(), "TypeError")
		if code != 0 && !crashed {
			t.Errorf("exit %d, stderr %s", code, &stderr)
		}
		answered := false
		for line := range bytes.Lines(stdout.Bytes()) {
			var answer struct{ ID any }
			if err := json.Unmarshal(line, &answer); err != nil {
				t.Errorf("said %q: %v", line, err)
			}
			answered = answered || answer.ID == "last"
		}
		if !answered && !crashed {
			t.Errorf("no answer to the last command; stdout %s", &stdout)
		}
	})
}

// runsShell reports whether a line is the command that runs what it is given.
func runsShell(input string) bool {
	for line := range strings.Lines(input) {
		var command map[string]any
		_ = json.Unmarshal([]byte(line), &command) // what is no JSON runs nothing
		if command["type"] == "bash" {
			return true
		}
	}
	return false
}
