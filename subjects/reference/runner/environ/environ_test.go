package environ_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/agenta-ai/conform/subjects/reference/envvars"
	"github.com/agenta-ai/conform/subjects/reference/runner/environ"
)

func polluted() []string {
	parent := []string{
		"PATH=/bin", "HOME=/h", "TMPDIR=/t", "LANG=C", "HTTPS_PROXY=http://p", "NO_PROXY=x", "NODE_EXTRA_CA_CERTS=/ca",
		"PI_OFFLINE=1", "PI_CODING_AGENT_DIR=/operator", "AGENTA_RUNNER_TOKEN=tok", "AGENTA_API_KEY=k", "DAYTONA_API_KEY=d",
		"E2B_API_KEY=e", "NODE_OPTIONS=-r x", "MY_SECRET=s", "AGENTA_AGENT_MODEL_STRICT=true", "odd",
	}
	for _, name := range envvars.Cleared() {
		parent = append(parent, name+"=ambient")
	}
	return parent
}

func TestBuildManaged(t *testing.T) {
	got := environ.Build(polluted(), environ.Spec{
		AgentDir: "/run/dir", Secrets: map[string]string{"OPENROUTER_API_KEY": "own"},
		IDs: map[string]string{"AGENTA_SESSION_ID": "s1", "AGENTA_TURN_ID": ""},
	})
	slices.Sort(got)
	want := []string{
		"AGENTA_SESSION_ID=s1", "HOME=/h", "HTTPS_PROXY=http://p", "LANG=C", "NODE_EXTRA_CA_CERTS=/ca", "NO_PROXY=x",
		"OPENROUTER_API_KEY=own", "PATH=/bin", "PI_CODING_AGENT_DIR=/run/dir", "PI_OFFLINE=1", "TMPDIR=/t",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestBuildInherited(t *testing.T) {
	got := environ.Build(polluted(), environ.Spec{AgentDir: "/operator", Inherited: true})
	for _, want := range []string{"GROQ_API_KEY=ambient", "ANTHROPIC_OAUTH_TOKEN=ambient", "PI_CODING_AGENT_DIR=/operator"} {
		if !slices.Contains(got, want) {
			t.Errorf("no %s", want)
		}
	}
	for _, pair := range got {
		for _, name := range []string{"AGENTA_RUNNER_TOKEN", "AGENTA_API_KEY", "DAYTONA_API_KEY", "E2B_API_KEY", "MY_SECRET", "NODE_OPTIONS"} {
			if strings.HasPrefix(pair, name+"=") {
				t.Errorf("%s reaches Pi", name)
			}
		}
	}
}
