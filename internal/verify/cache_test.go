package verify

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/agenta-ai/conform/internal/verify/endpoint"
	"github.com/agenta-ai/conform/internal/verify/input"
)

// What a real Pi did is remembered by its input. The provider that it spoke to is
// no part of that, so the format has to be raised when the provider answers
// otherwise. This holds the two together.
func TestFormatCoversTheProvider(t *testing.T) {
	const (
		of  = 2
		sum = "718d068321a67aba"
	)
	if got := answers(t); format != of || got != sum {
		t.Errorf("with format %d the provider's answers have the sum %s, and with format %d they had %s: "+
			"raise the format in cache.go if the provider is another, and write both here", format, got, of, sum)
	}
}

// answers is a sum of all that the provider says in every dialect.
func answers(t *testing.T) string {
	tool := &input.ToolUse{ID: "call_1", Name: "read", Args: `{"path":"x"}`}
	full := []input.Block{{Think: "Let me see."}, {Text: "é😀 and \"quotes\""}, {Tool: tool}, {Text: ""}}
	replies := []input.Reply{
		{Blocks: full, Finish: "tool_calls", Usage: true}, {Blocks: full[1:2]}, {Blocks: full[:1], Cached: 7, Usage: true, Model: "another"},
		{Blocks: full[1:2], Finish: "length"}, {Blocks: full[1:2], Finish: "content_filter"}, {Blocks: full[1:2], Finish: "whatever"},
		{Status: 429, Body: "{}", Retry: "1"}, {Status: 500}, {Status: 404, Type: "text/html", Body: "<p>"},
	}
	for _, f := range []input.Fault{input.Cut, input.Early, input.Malformed, input.ErrorMid, input.Nothing} {
		replies = append(replies, input.Reply{Blocks: full, Fault: f, Error: "broken"})
	}
	provider := endpoint.New()
	server := httptest.NewServer(provider)
	defer server.Close()
	out := sha256.New()
	for _, path := range []string{
		"/v1/chat/completions", "/v1/responses", "/v1/messages?beta=true", "/v1beta/models/m:streamGenerateContent?alt=sse", "/nowhere",
	} {
		for i, reply := range append(replies, input.Reply{}) {
			provider.Begin(i, []input.Reply{reply}, false)
			if i == len(replies) {
				provider.Begin(i, nil, false)
			}
			resp, err := http.Post(server.URL+path, "application/json", strings.NewReader(`{"model":"m","stream":true}`))
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(resp.Body) // breaks off where it is meant to
			resp.Body.Close()
			fmt.Fprintf(out, "%s %d: %d %s %q %v\n", path, i, resp.StatusCode, resp.Header.Get("Retry-After"), body, err != nil)
		}
	}
	return hex.EncodeToString(out.Sum(nil)[:8])
}
