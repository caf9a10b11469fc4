package pi_test

import (
	"strings"
	"testing"

	"github.com/agenta-ai/conform/fakes/pi/flight"
	"github.com/agenta-ai/conform/fakes/pi/pitest"
)

func TestListModels(t *testing.T) {
	each(t, func(t *testing.T, version string) {
		newest := version == "0.87.1"
		const good = `"good":{"baseUrl":"http://x","api":"openai-completions","apiKey":"k","models":[{"id":"m1","reasoning":true,"contextWindow":200000,"maxTokens":1500}]}`
		const table = "provider  model  context  max-out  thinking  images\ngood      m1     200K     1.5K     yes       no    \n"
		for name, c := range map[string]struct {
			pattern      string
			auth, models string
			code         int
			stdout       string
			stderr       string // its beginning
		}{
			"table":           {"", "", `{"providers":{` + good + `}}`, 0, table, ""},
			"pattern":         {"od1", "", `{"providers":{` + good + `}}`, 0, table, ""},
			"nothing matches": {"zzz", "", `{"providers":{` + good + `}}`, 0, "No models matching \"zzz\"\n", ""},
			"no model":        {"", "", "", 0, "No models available. Use /login to log into a provider via OAuth or API key. See:\n", ""},
			"no JSON":         {"", "", "{", 0, "No models available.", "Warning: errors loading models.json:\nFailed to parse models.json: "},
			"schema":          {"", "", `{"providers":{"a":{"api":""}}}`, 0, "No models available.", "Warning: errors loading models.json:\nInvalid models.json schema:\n  - providers.a.api: "},
			"rule": {"", "", `{"providers":{` + good + `,"bad":{}}}`, 0, pick(newest, table, "No models available."),
				pick(newest, "Warning: errors loading models.json:\nProvider \"bad\": ", "Warning: errors loading models.json:\nFailed to load models.json: Provider bad: ")},
			"broken auth.json": {"", "{", `{"providers":{` + good + `}}`, pick(newest, 1, 0), pick(newest, "", table),
				pick(newest, "Warning: errors loading models.json:\nAvailability refresh: ", "")},
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				files := map[string]string{}
				if c.auth != "" {
					files[authFile] = c.auth
				}
				if c.models != "" {
					files[modelsFile] = c.models
				}
				args := []string{"--list-models"}
				if c.pattern != "" {
					args = append(args, c.pattern)
				}
				pi := pitest.Start(t, pitest.Options{Binary: fake, Args: args, Files: files, Sidecar: flight.Sidecar{Play: version}})
				code := pi.Close()
				var out strings.Builder
				for _, l := range pi.Lines() {
					out.WriteString(l.Text("text"))
				}
				if code != c.code || !strings.HasPrefix(out.String(), c.stdout) || !strings.HasPrefix(pi.Stderr(), c.stderr) ||
					c.stdout == "" && out.Len() > 0 || c.stderr == "" && pi.Stderr() != "" {
					t.Errorf("exit %d\nstdout %q\nstderr %q", code, out.String(), pi.Stderr())
				}
			})
		}
	})
}

func pick[T any](yes bool, this, that T) T {
	if yes {
		return this
	}
	return that
}
