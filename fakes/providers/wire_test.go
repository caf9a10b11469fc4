package providers_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/agenta-ai/conform/fakes/egress"
	"github.com/agenta-ai/conform/fakes/providers"
)

// lane is the providers behind an egress proxy, and a client of them.
type lane struct {
	*providers.Server
	proxy  *egress.Proxy
	server *httptest.Server
	client *http.Client
	ca     []byte
}

func start(t testing.TB, script providers.Script) lane {
	t.Helper()
	authority, err := egress.NewAuthority()
	if err != nil {
		t.Fatal(err)
	}
	fake := providers.New(providers.WithClock(func() time.Time { return time.Unix(1779358422, 0) }))
	fake.Play(script)
	proxy := egress.New(authority, nil)
	proxy.Route(fake.Route)
	server := httptest.NewServer(proxy)
	address, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{
		Proxy:           http.ProxyURL(address),
		TLSClientConfig: &tls.Config{RootCAs: authority.Pool()},
	}
	t.Cleanup(func() {
		fake.Reset()
		transport.CloseIdleConnections()
		server.Close()
		proxy.Close()
	})
	return lane{fake, proxy, server, &http.Client{Transport: transport}, authority.PEM()}
}

func (l lane) calls(t testing.TB) []providers.Call {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := l.Settle(ctx); err != nil {
		t.Fatal(err)
	}
	return l.Journal()
}

// request is one request of a client.
type request struct {
	url, auth, key, body string
}

// send returns the answer as far as it came.
func (l lane) send(t testing.TB, r request) (*http.Response, string, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.url, strings.NewReader(r.body))
	if err != nil {
		t.Fatal(err)
	}
	switch r.auth {
	case "bearer":
		req.Header.Set("Authorization", "Bearer "+r.key)
	case "":
	default:
		req.Header.Set(r.auth, r.key)
	}
	resp, err := l.client.Do(req)
	if err != nil {
		return nil, "", err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return resp, string(text), err
}

// speaker is how a client speaks one dialect at one host.
type speaker struct {
	name, host, dialect, auth string
	url                       func(host, model string, stream bool) string
	body                      func(model string, stream bool) string
	text                      func(document map[string]any) string // of a whole answer
	delta                     func(event string, document map[string]any) string
	last                      string // in the stream's last event
	message                   string // path of the error text in a refusal
}

func (s speaker) request(key, model string, stream bool) request {
	return request{s.url(s.host, model, stream), s.auth, key, s.body(model, stream)}
}

func fixed(path string) func(string, string, bool) string {
	return func(host, _ string, _ bool) string { return "https://" + host + path }
}

func chat(model string, stream bool) string {
	return fmt.Sprintf(`{"model":%q,"stream":%t,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"hi"}]}`, model, stream)
}

func messages(model string, stream bool) string {
	return fmt.Sprintf(`{"model":%q,"stream":%t,"max_tokens":100,"messages":[{"role":"user","content":"hi"}]}`, model, stream)
}

func input(model string, stream bool) string {
	return fmt.Sprintf(`{"model":%q,"stream":%t,"input":[{"role":"user","content":"hi"}]}`, model, stream)
}

func contents(string, bool) string {
	return `{"contents":[{"role":"user","parts":[{"text":"hi"}]}]}`
}

// at follows a path of names and indexes; what is missing is "".
func at(document any, path ...any) string {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			members, _ := document.(map[string]any)
			document = members[step]
		case int:
			items, _ := document.([]any)
			if step >= len(items) {
				return ""
			}
			document = items[step]
		}
	}
	text, _ := document.(string)
	return text
}

func chatSpeaker(name, host, path, dialect, message string) speaker {
	return speaker{
		name: name, host: host, dialect: dialect, auth: "bearer", url: fixed(path), body: chat,
		text:  func(d map[string]any) string { return at(d, "choices", 0, "message", "content") },
		delta: func(_ string, d map[string]any) string { return at(d, "choices", 0, "delta", "content") },
		last:  "[DONE]", message: message,
	}
}

func mistralSpeaker() speaker {
	s := chatSpeaker("mistral", "api.mistral.ai", "/v1/chat/completions", "mistral-conversations", "message")
	s.body = func(model string, stream bool) string {
		return fmt.Sprintf(`{"model":%q,"stream":%t,"messages":[{"role":"user","content":"hi"}]}`, model, stream)
	}
	return s
}

func messagesSpeaker(name, host, path string) speaker {
	return speaker{
		name: name, host: host, dialect: "anthropic-messages", auth: "x-api-key", url: fixed(path), body: messages,
		text: func(d map[string]any) string { return at(d, "content", 0, "text") },
		delta: func(event string, d map[string]any) string {
			if event != at(d, "type") {
				return "event and type differ"
			}
			return at(d, "delta", "text")
		},
		last: "message_stop", message: "error.message",
	}
}

func responsesSpeaker(name, host, path string) speaker {
	return speaker{
		name: name, host: host, dialect: "openai-responses", auth: "bearer", url: fixed(path), body: input,
		text: func(d map[string]any) string { return at(d, "output", 0, "content", 0, "text") },
		delta: func(event string, d map[string]any) string {
			if event != at(d, "type") {
				return "event and type differ"
			}
			return at(d, "delta")
		},
		last: "response.completed", message: "error.message",
	}
}

func promptSpeaker(name, host, path string) speaker {
	return speaker{
		name: name, host: host, dialect: "text-completions", auth: "bearer", url: fixed(path),
		body: func(model string, stream bool) string {
			return fmt.Sprintf(`{"model":%q,"stream":%t,"prompt":"hi"}`, model, stream)
		},
		text:  func(d map[string]any) string { return at(d, "choices", 0, "text") },
		delta: func(_ string, d map[string]any) string { return at(d, "choices", 0, "text") },
		last:  "[DONE]", message: "error.message",
	}
}

// speakers are all hosts and dialects.
func speakers() []speaker {
	return []speaker{
		chatSpeaker("openai", "api.openai.com", "/v1/chat/completions", "openai-completions", "error.message"),
		responsesSpeaker("openai responses", "api.openai.com", "/v1/responses"),
		messagesSpeaker("anthropic", "api.anthropic.com", "/v1/messages?beta=true"),
		{
			name: "google", host: "generativelanguage.googleapis.com", dialect: "google-generative-ai", auth: "x-goog-api-key",
			url: func(host, model string, stream bool) string {
				if stream {
					return "https://" + host + "/v1beta/models/" + model + ":streamGenerateContent?alt=sse"
				}
				return "https://" + host + "/v1beta/models/" + model + ":generateContent"
			},
			body:  contents,
			text:  func(d map[string]any) string { return at(d, "candidates", 0, "content", "parts", 0, "text") },
			delta: func(_ string, d map[string]any) string { return at(d, "candidates", 0, "content", "parts", 0, "text") },
			last:  `"finishReason":"STOP"`, message: "error.message",
		},
		mistralSpeaker(),
		chatSpeaker("groq", "api.groq.com", "/openai/v1/chat/completions", "openai-completions", "error.message"),
		chatSpeaker("together", "api.together.ai", "/v1/chat/completions", "openai-completions", "error.message"),
		chatSpeaker("together xyz", "api.together.xyz", "/v1/chat/completions", "openai-completions", "error.message"),
		messagesSpeaker("minimax", "api.minimax.io", "/anthropic/v1/messages"),
		chatSpeaker("minimax chat", "api.minimax.io", "/v1/chat/completions", "openai-completions", "error.message"),
		chatSpeaker("openrouter", "openrouter.ai", "/api/v1/chat/completions", "openai-completions", "error.message"),
		responsesSpeaker("openrouter responses", "openrouter.ai", "/api/v1/responses"),
		promptSpeaker("openrouter completions", "openrouter.ai", "/api/v1/completions"),
		messagesSpeaker("openrouter messages", "openrouter.ai", "/api/v1/messages"),
		chatSpeaker("gateway", "llm.acme.example", "/v1/chat/completions", "openai-completions", "error.message"),
		chatSpeaker("gateway below a path", "llm.acme.example", "/team/a/v1/chat/completions", "openai-completions", "error.message"),
		messagesSpeaker("gateway messages", "llm.acme.example", "/team/v1/messages"),
	}
}

// script is one in which every speaker's key is good.
func script(change func(*providers.Script)) providers.Script {
	s := providers.Script{
		Keys:     map[string][]string{},
		Gateways: []string{"llm.acme.example", "10.20.30.40:8080"},
		Unserved: []string{"acme/nobody-serves-this"},
		Reply:    "Grüße aus dem Modell, <schön> & gut.",
	}
	for _, speaker := range speakers() {
		s.Keys[speaker.host] = []string{"good-" + speaker.host}
	}
	s.Keys["10.20.30.40:8080"] = []string{"good"}
	if change != nil {
		change(&s)
	}
	return s
}

// stream is what a client reads from server-sent events.
type stream struct {
	text   string
	events int
	last   string
	broken bool // a data line was no JSON
}

func parse(s speaker, body string) stream {
	var out stream
	event := ""
	for line := range strings.Lines(body) {
		line = strings.TrimRight(line, "\r\n")
		if name, ok := strings.CutPrefix(line, "event: "); ok {
			event = name
		}
		data, ok := strings.CutPrefix(line, "data: ")
		if !ok {
			continue
		}
		out.events++
		out.last = data
		if data == "[DONE]" {
			continue
		}
		var document map[string]any
		if json.Unmarshal([]byte(data), &document) != nil {
			out.broken = true
			continue
		}
		out.text += s.delta(event, document)
		event = ""
	}
	return out
}

// errorText is the text of an error document.
func errorText(t testing.TB, s speaker, body string) string {
	t.Helper()
	var document map[string]any
	if err := json.NewDecoder(bytes.NewBufferString(body)).Decode(&document); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	var path []any
	for step := range strings.SplitSeq(s.message, ".") {
		path = append(path, step)
	}
	if text := at(document, path...); text != "" {
		return text
	}
	return at(document, "message", "detail", 0, "msg") // Mistral's list of what is wrong
}
