package world

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/agenta-ai/conform/fakes/vault"
	"github.com/agenta-ai/conform/subjects/protocol"
)

// shown are the variables whose values Pi's record keeps: they decide what Pi
// does and hold no secret.
var shown = []string{
	"HOME", "LANG", "PATH", "TMPDIR", "PI_CODING_AGENT_DIR", "PI_OFFLINE", "NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE",
	"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy", "DAYTONA_SANDBOX_ID",
}

// environment is the whole environment of an instance; nothing of conform's own
// gets in.
func (l *Lane) environment(setup Setup, planted []planted) []string {
	path := append([]string{l.dir.bin}, l.world.Subject.Path...)
	path = append(path, "/usr/local/bin", "/usr/bin", "/bin")
	env := []string{
		"PATH=" + strings.Join(path, string(filepath.ListSeparator)),
		"HOME=" + l.dir.home,
		"TMPDIR=" + l.dir.temp,
		"LANG=C.UTF-8",
		"HTTP_PROXY=" + l.urls.proxy, "http_proxy=" + l.urls.proxy,
		"HTTPS_PROXY=" + l.urls.proxy, "https_proxy=" + l.urls.proxy,
		// Pi sends requests for loopback through the proxy unless it is told not to.
		"NO_PROXY=127.0.0.1,localhost", "no_proxy=127.0.0.1,localhost",
		"NODE_EXTRA_CA_CERTS=" + l.world.caFile,
		"SSL_CERT_FILE=" + l.world.caFile,
		"REQUESTS_CA_BUNDLE=" + l.world.caFile,
		"PI_OFFLINE=1",
		"DAYTONA_API_URL=" + l.urls.cloud + "/api",
	}
	for _, p := range planted {
		env = append(env, p.env)
	}
	for _, name := range slices.Sorted(maps.Keys(setup.Policy)) {
		env = append(env, name+"="+setup.Policy[name])
	}
	return append(env, l.world.Subject.Env...)
}

// surroundings is what the subject is told in prepare.
func (l *Lane) surroundings(setup Setup) protocol.World {
	policy := setup.Policy
	if policy == nil {
		policy = map[string]string{}
	}
	return protocol.World{
		Edition: l.world.Edition, APIBase: l.urls.vault + vault.Base, RunnerURL: l.urls.runner, Proxy: l.urls.proxy,
		CAFile: l.world.caFile, PiCommand: l.dir.pi, Home: l.dir.home, PiAgentDir: l.dir.agent,
		Temp: l.dir.temp, Policy: policy, Names: l.world.Names,
	}
}
