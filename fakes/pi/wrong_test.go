package pi_test

import (
	"strings"
	"testing"

	"github.com/agenta-ai/conform/fakes/pi/flight"
	"github.com/agenta-ai/conform/fakes/pi/pitest"
)

// What a prompt is told when auth.json as a whole cannot be read and --model has
// chosen a provider all the same. The words are those of the real ones.
func TestPromptWithAnUnreadableAuthFile(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ version, auth, want string }{
		"broken":                  {"0.87.1", "{", "Credential store read failed for groq: Expected property name or '}' in JSON at position 1 (line 1 column 2)"},
		"cut":                     {"0.87.1", "[", "Credential store read failed for groq: Unexpected end of JSON input"},
		"null":                    {"0.87.1", "null", "Credential store read failed for groq: Cannot read properties of null (reading 'groq')"},
		"another provider's":      {"0.87.1", `{"openai":null}`, "No API key found for groq."},
		"key of no provider":      {"0.87.1", `{"nobody":{"type":"api_key","key":{}}}`, "No API key found for groq."},
		"broken, before 0.84.0":   {"0.80.6", "{", "No API key found for groq."},
		"readable, nothing there": {"0.87.1", "{}", "No API key found for groq."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pi := pitest.Start(t, pitest.Options{
				Binary: fake, Args: []string{"--mode", "rpc", "--no-themes", "--no-session", "--model", "groq/llama-3.1-8b-instant"},
				Sidecar: flight.Sidecar{Play: c.version}, Files: map[string]string{authFile: c.auth},
			})
			got, _, _ := strings.Cut(pi.Call(map[string]any{"type": "prompt", "message": "hi"}).Text("error"), "\n")
			if got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			pi.Close()
		})
	}
}

// Broken settings and an unknown option: versions up to 0.84.2 tell of the option
// first, since they read the settings again behind it.
func TestOrderOfWhatIsWrongAtAStart(t *testing.T) {
	t.Parallel()
	for version, want := range map[string][]string{
		"0.79.4": {"Warning: (startup session lookup", "Error: Unknown option: --nosuch", "Warning: (runtime creation", "Warning: (runtime creation"},
		"0.87.1": {"Warning: Invalid settings file", "Error: Unknown option: --nosuch"},
	} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			pi := pitest.Start(t, pitest.Options{
				Binary: fake, Args: []string{"--mode", "rpc", "--no-themes", "--no-session", "--nosuch"},
				Sidecar: flight.Sidecar{Play: version}, Files: map[string]string{settingsFile: "{"},
			})
			code := pi.Close()
			lines := strings.Split(strings.TrimSpace(pi.Stderr()), "\n")
			if code != 1 || len(lines) != len(want) {
				t.Fatalf("exit %d, stderr %q", code, lines)
			}
			for i := range want {
				if !strings.HasPrefix(lines[i], want[i]) {
					t.Errorf("line %d is %q, want %q", i, lines[i], want[i])
				}
			}
		})
	}
}
