package scenario

import (
	"net/http"
	"time"

	"github.com/agenta-ai/conform/fakes/daytona"
)

// The folders that Pi has in a sandbox.
const (
	PiDir      = "/home/sandbox/.pi/agent" // where nothing else is said
	MovedPiDir = "/workspace/agent"        // where the runner's settings say so
)

// slowness is how long a slow cloud takes: longer than a client that does not
// wait, and shorter than anybody's patience.
const slowness = 50 * time.Millisecond

// cloud says how the sandbox cloud behaves.
func (b *builder) cloud() {
	dir := PiDir
	if b.c.Is("sandbox-dir", "moved") {
		dir = MovedPiDir
	}
	switch b.c.Get("cloud") {
	case "slow":
		b.s.Cloud.Slow = slowness
	case "used":
		b.s.Cloud.Before = map[string]string{
			dir + "/models.json": string(encode(earlier(b.k["pi"]))) + "\n",
			dir + "/auth.json":   string(encode(map[string]any{b.k["pi"]: map[string]string{"type": "api_key", "key": "$EARLIER_API_KEY"}})) + "\n",
		}
	case "refuses":
		b.s.Cloud.Refuse = http.StatusServiceUnavailable
	case "create-fails":
		b.s.Cloud.Create = true
	case "upload-fails":
		b.s.Cloud = daytona.Faults{Upload: 1}
		if !b.c.Is("endpoint", "no-url") || b.c.Is("model", "custom-id") {
			b.s.Cloud = daytona.Faults{UploadOf: []string{"models.json"}}
		}
	case "pi-dies":
		b.s.Cloud.Kill = 1
	}
}

// earlier is the models.json of another run: the provider at another address.
func earlier(provider string) map[string]any {
	return map[string]any{"providers": map[string]any{provider: map[string]any{
		"baseUrl": "https://" + EarlierHost + "/v1", "api": "openai-completions", "apiKey": "$EARLIER_API_KEY",
		"models": []any{map[string]string{"id": "left-behind"}},
	}}}
}

// EarlierHost is where an earlier run's connection went. Nobody plays it.
const EarlierHost = "earlier.acme.example"
