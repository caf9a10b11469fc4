package environ

import (
	"slices"
	"strings"

	"github.com/agenta-ai/conform/subjects/reference/envvars"
)

// agentDirVar tells Pi which agent folder is its own.
const agentDirVar = "PI_CODING_AGENT_DIR"

// Spec is what one run adds to the environment.
type Spec struct {
	AgentDir  string            // the folder that Pi uses; "" leaves Pi its default
	Secrets   map[string]string // the run's own variables
	IDs       map[string]string // AGENTA_* names of the run: ids, never a key
	Inherited bool              // the run uses the runner's own provider variables
}

// Build gives the environment of one Pi process. The parent is the runner's
// environment as name=value.
func Build(parent []string, spec Spec) []string {
	env := make([]string, 0, 16+len(spec.Secrets)+len(spec.IDs))
	cleared := envvars.Cleared()
	for _, pair := range parent {
		name, _, ok := strings.Cut(pair, "=")
		if !ok {
			continue
		}
		known := slices.Contains(cleared, name)
		if known && !spec.Inherited || !known && !passes(name) {
			continue
		}
		if _, own := spec.Secrets[name]; !own {
			env = append(env, pair)
		}
	}
	if spec.AgentDir != "" {
		env = append(env, agentDirVar+"="+spec.AgentDir)
	}
	for name, value := range spec.IDs {
		if value != "" {
			env = append(env, name+"="+value)
		}
	}
	for name, value := range spec.Secrets {
		env = append(env, name+"="+value)
	}
	return env
}

// Remote gives the variables that a run brings to another machine. Of the
// runner's own, only Pi's settings go there.
func Remote(parent []string, spec Spec) map[string]string {
	env := map[string]string{}
	for _, pair := range parent {
		if name, value, ok := strings.Cut(pair, "="); ok && strings.HasPrefix(name, "PI_") && passes(name) {
			env[name] = value
		}
	}
	for _, own := range []map[string]string{spec.IDs, spec.Secrets} {
		for name, value := range own {
			if value != "" {
				env[name] = value
			}
		}
	}
	if spec.AgentDir != "" {
		env[agentDirVar] = spec.AgentDir
	}
	return env
}

// passes says whether a variable of the runner is part of every environment:
// the shell's basics, the way out, and Pi's own settings.
func passes(name string) bool {
	switch name {
	case "PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "TZ",
		"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY",
		"http_proxy", "https_proxy", "no_proxy", "all_proxy",
		"NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "SSL_CERT_DIR":
		return true
	case agentDirVar, "PI_CODING_AGENT_SESSION_DIR":
		return false // the run has its own
	}
	return strings.HasPrefix(name, "PI_")
}

// Credentials gives the values of the provider variables in an environment, for
// whoever redacts them.
func Credentials(parent []string) []string {
	var values []string
	cleared := envvars.Cleared()
	for _, pair := range parent {
		if name, value, _ := strings.Cut(pair, "="); slices.Contains(cleared, name) && envvars.Credential(name) {
			values = append(values, value)
		}
	}
	return values
}
