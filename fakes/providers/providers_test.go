package providers_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/agenta-ai/conform/fakes/providers"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// each runs a test with every speaker, in a lane with the given script.
func each(t *testing.T, change func(*providers.Script), test func(*testing.T, lane, speaker)) {
	for _, s := range speakers() {
		t.Run(s.name, func(t *testing.T) { test(t, start(t, script(change)), s) })
	}
}

func TestEveryPublicHostIsSpokenTo(t *testing.T) {
	spoken := map[string]bool{}
	for _, s := range speakers() {
		spoken[s.host] = true
	}
	for _, host := range providers.PublicHosts() {
		if !spoken[host] {
			t.Errorf("no test speaks to %s", host)
		}
	}
}

func TestPlainAnswer(t *testing.T) {
	each(t, nil, func(t *testing.T, l lane, s speaker) {
		resp, body, err := l.send(t, s.request("good-"+s.host, "acme/m-1", false))
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("%v %v %s", err, resp, body)
		}
		var document map[string]any
		if err := json.Unmarshal([]byte(body), &document); err != nil {
			t.Fatal(err)
		}
		if got := s.text(document); got != script(nil).Reply {
			t.Errorf("said %q", got)
		}
		call := l.calls(t)[0]
		if call.At.IsZero() || call.Header["content-length"] == "" && call.Header["accept-encoding"] == "" {
			t.Errorf("journal %+v", call)
		}
		if call.Millis <= 0 || call.FirstMillis <= 0 || call.Sent != len(body) || call.AnswerID == "" || call.Usage == nil {
			t.Errorf("journal %+v", call)
		}
		call.At, call.Header, call.Body, call.Size, call.Sent = time.Time{}, nil, "", 0, 0
		call.Millis, call.FirstMillis, call.AnswerID, call.Usage, call.Finish, call.Cost = 0, 0, "", nil, "", 0
		request, err := http.NewRequest(http.MethodPost, s.request("", "acme/m-1", false).url, nil)
		if err != nil {
			t.Fatal(err)
		}
		want := providers.Call{
			N: 1, Proto: "HTTP/1.1", End: providers.Whole, Scheme: "https", Host: s.host, Method: "POST", Path: request.URL.Path, Query: request.URL.RawQuery,
			Key: "good-" + s.host, Dialect: s.dialect, Model: "acme/m-1", Status: 200, AnswerModel: "acme/m-1",
		}
		if diff := cmp.Diff(want, call); diff != "" {
			t.Error(diff)
		}
	})
}

func TestStreamedAnswer(t *testing.T) {
	each(t, nil, func(t *testing.T, l lane, s speaker) {
		resp, body, err := l.send(t, s.request("good-"+s.host, "acme/m-1", true))
		if err != nil || resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "text/event-stream" {
			t.Fatalf("%v %v %s", err, resp, body)
		}
		got := parse(s, body)
		if got.text != script(nil).Reply || got.broken || got.events < 4 || !strings.Contains(got.last, s.last) {
			t.Errorf("%+v in\n%s", got, body)
		}
		call := l.calls(t)[0]
		if !call.Stream || call.Status != http.StatusOK || call.ClientGone {
			t.Errorf("journal %+v", call)
		}
	})
}

func TestSilentModel(t *testing.T) {
	each(t, func(s *providers.Script) { s.Reply = "" }, func(t *testing.T, l lane, s speaker) {
		_, body, err := l.send(t, s.request("good-"+s.host, "m", true))
		if got := parse(s, body); err != nil || got.text != "" || !strings.Contains(got.last, s.last) {
			t.Errorf("%v %+v", err, got)
		}
	})
}

// retried are digits and words by which Pi takes an error for one that passes.
var retried = regexp.MustCompile(`(?i)429|50[0234]|52[0-9]|overloaded|rate.?limit|server.?error|internal.?error|provider.?returned|timeout`)

func TestRefusals(t *testing.T) {
	tests := []struct {
		name    string
		change  func(s speaker, r *request)
		refusal string
		status  func(s speaker) int
	}{
		{"no key", func(_ speaker, r *request) { r.auth = "" }, "auth", always(http.StatusUnauthorized)},
		{"wrong key", func(_ speaker, r *request) { r.key = "bad" }, "auth", always(http.StatusUnauthorized)},
		{"another host's key", func(_ speaker, r *request) { r.key = "good-elsewhere" }, "auth", always(http.StatusUnauthorized)},
		{"unknown model", func(s speaker, r *request) { *r = s.request(r.key, "acme/nobody-serves-this", true) }, "model", unknownModel},
		{"doubled segment", func(_ speaker, r *request) { r.url = strings.Replace(r.url, "/v1", "/v1/v1", 1) }, "path", always(http.StatusNotFound)},
		{"doubled slash", func(_ speaker, r *request) { r.url = strings.Replace(r.url, "/v1", "//v1", 1) }, "path", always(http.StatusNotFound)},
		{"missing segment", func(_ speaker, r *request) { r.url = regexp.MustCompile("/v1(beta)?").ReplaceAllString(r.url, "") }, "path", always(http.StatusNotFound)},
		{"another path", func(s speaker, r *request) { r.url = "https://" + s.host + "/v2/complete" }, "path", always(http.StatusNotFound)},
		{"no JSON", func(_ speaker, r *request) { r.body = "hello" }, "body", always(http.StatusBadRequest)},
		{"a list", func(_ speaker, r *request) { r.body = "[]" }, "body", always(http.StatusBadRequest)},
		{"null", func(_ speaker, r *request) { r.body = "null" }, "body", always(http.StatusBadRequest)},
		{"no messages", func(_ speaker, r *request) { r.body = `{"model":"m"}` }, "body", lacking},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			each(t, nil, func(t *testing.T, l lane, s speaker) {
				r := s.request("good-"+s.host, "acme/m", true)
				test.change(s, &r)
				resp, body, err := l.send(t, r)
				if err != nil || resp.StatusCode != test.status(s) {
					t.Fatalf("%v %v %s", err, resp, body)
				}
				text := errorText(t, s, body)
				if text == "" && test.name == "another path" {
					text = errorText(t, speaker{message: "error.message"}, body) // of no dialect
				}
				if text == "" || retried.MatchString(body) {
					t.Errorf("error body %s", body)
				}
				call := l.calls(t)[0]
				if call.Refusal != test.refusal || call.Status != resp.StatusCode || call.AnswerModel != "" {
					t.Errorf("journal %+v", call)
				}
				if test.refusal != "path" && call.Dialect != s.dialect {
					t.Errorf("dialect %q", call.Dialect)
				}
			})
		})
	}
}

// lacking is the status for a body that lacks something.
func lacking(s speaker) int {
	if s.dialect == "mistral-conversations" {
		return http.StatusUnprocessableEntity
	}
	return http.StatusBadRequest
}

func always(status int) func(speaker) int { return func(speaker) int { return status } }

func unknownModel(s speaker) int {
	if s.host == "openrouter.ai" || s.dialect == "openai-responses" || s.dialect == "mistral-conversations" {
		return http.StatusBadRequest
	}
	return http.StatusNotFound
}

// A refused path keeps the dialect that it looks like.
func TestRefusedPathsAreRecognised(t *testing.T) {
	tests := []struct{ url, dialect, model string }{
		{"https://openrouter.ai/v1/responses", "openai-responses", "m"},
		{"https://api.groq.com/v1/messages", "anthropic-messages", "m"},
		{"https://openrouter.ai/v1/completions", "text-completions", "m"},
		{"https://llm.acme.example/v1beta/models/gemini-x:streamGenerateContent", "google-generative-ai", "gemini-x"},
		{"https://llm.acme.example/chat/completions", "openai-completions", "m"},
		{"https://llm.acme.example/v1/chat/completions/chat/completions", "openai-completions", "m"},
		{"https://api.mistral.ai/v1/v1/chat/completions", "mistral-conversations", "m"},
		{"https://api.openai.com/v1/embeddings", "", ""},
	}
	for _, test := range tests {
		t.Run(test.url, func(t *testing.T) {
			l := start(t, script(nil))
			resp, _, err := l.send(t, request{url: test.url, auth: "bearer", key: "good", body: chat("m", false)})
			if err != nil || resp.StatusCode != http.StatusNotFound {
				t.Fatalf("%v %v", resp, err)
			}
			call := l.calls(t)[0]
			if call.Refusal != "path" || call.Dialect != test.dialect || call.Model != test.model {
				t.Errorf("journal %+v", call)
			}
		})
	}
}

func TestStatus(t *testing.T) {
	change := func(s *providers.Script) {
		s.Behaviour = providers.Behaviour{Kind: providers.Status, Status: 402, Message: "Insufficient credits.", RetryAfter: 1500 * time.Millisecond}
	}
	each(t, change, func(t *testing.T, l lane, s speaker) {
		resp, body, err := l.send(t, s.request("good-"+s.host, "m", true))
		if err != nil || resp.StatusCode != 402 || resp.Header.Get("Retry-After") != "2" {
			t.Fatalf("%v %v", resp, err)
		}
		if got := errorText(t, s, body); got != "Insufficient credits." {
			t.Errorf("said %q", got)
		}
		call := l.calls(t)[0]
		if call.Refusal != "" || call.Status != 402 || call.AnswerModel != "" {
			t.Errorf("journal %+v", call)
		}
	})
}

func TestCarelessGatewayRepeatsTheKey(t *testing.T) {
	change := func(s *providers.Script) {
		s.Behaviour = providers.Behaviour{Kind: providers.Status, Status: 401, Message: "Bad key.", EchoKey: true}
	}
	each(t, change, func(t *testing.T, l lane, s speaker) {
		key := "good-" + s.host
		_, body, _ := l.send(t, s.request(key, "m", true))
		if got := errorText(t, s, body); got != "Bad key: "+key {
			t.Errorf("said %q", got)
		}
		_, body, _ = l.send(t, s.request("stranger", "m", true))
		if got := errorText(t, s, body); !strings.HasSuffix(got, ": stranger") {
			t.Errorf("said %q", got)
		}
	})
}

func TestCut(t *testing.T) {
	change := func(s *providers.Script) { s.Behaviour.Kind = providers.Cut }
	for _, streamed := range []bool{false, true} {
		each(t, change, func(t *testing.T, l lane, s speaker) {
			_, body, err := l.send(t, s.request("good-"+s.host, "m", streamed))
			if !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Fatalf("%v after %s", err, body)
			}
			if got := parse(s, body); streamed && (got.text == "" || !strings.HasPrefix(script(nil).Reply, got.text)) {
				t.Errorf("%+v", got)
			}
			if call := l.calls(t)[0]; call.Status != 200 || call.ClientGone {
				t.Errorf("journal %+v", call)
			}
		})
	}
}

func TestErrorFrame(t *testing.T) {
	change := func(s *providers.Script) {
		s.Behaviour = providers.Behaviour{Kind: providers.ErrorFrame, Status: 502, Message: "Upstream died"}
	}
	each(t, change, func(t *testing.T, l lane, s speaker) {
		_, body, err := l.send(t, s.request("good-"+s.host, "m", true))
		if err != nil {
			t.Fatal(err)
		}
		got := parse(s, body)
		if !strings.Contains(got.last, "Upstream died") || got.text == "" || got.broken {
			t.Errorf("%+v", got)
		}
		resp, body, err := l.send(t, s.request("good-"+s.host, "m", false))
		if err != nil || errorText(t, s, body) != "Upstream died" {
			t.Errorf("%v %v %s", err, resp, body)
		}
	})
}

func TestMalformed(t *testing.T) {
	change := func(s *providers.Script) { s.Behaviour.Kind = providers.Malformed }
	each(t, change, func(t *testing.T, l lane, s speaker) {
		_, body, err := l.send(t, s.request("good-"+s.host, "m", true))
		if got := parse(s, body); err != nil || !got.broken || got.text != script(nil).Reply {
			t.Errorf("%v %+v", err, got)
		}
		if _, body, err = l.send(t, s.request("good-"+s.host, "m", false)); err != nil || json.Valid([]byte(body)) {
			t.Errorf("%v %s", err, body)
		}
	})
}

func TestStallEndsWithTheClient(t *testing.T) {
	for _, streamed := range []bool{false, true} {
		arrived := make(chan providers.Call, 1)
		l := start(t, script(func(s *providers.Script) {
			s.Behaviour.Kind = providers.Stall
			s.OnRequest = func(c providers.Call) { arrived <- c }
		}))
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://openrouter.ai/api/v1/chat/completions", strings.NewReader(chat("m", streamed)))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer good-openrouter.ai")
		failed := make(chan error)
		go func() {
			resp, err := l.client.Do(req)
			if err == nil {
				_, err = io.ReadAll(resp.Body)
				resp.Body.Close()
			}
			failed <- err
		}()
		if c := <-arrived; c.Model != "m" || c.Status != 0 || c.Key != "good-openrouter.ai" {
			t.Errorf("the hook saw %+v", c)
		}
		cancel()
		if err := <-failed; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		if call := l.calls(t)[0]; !call.ClientGone {
			t.Errorf("journal %+v", call)
		}
	}
}

func TestStallEndsWithTheCase(t *testing.T) {
	arrived := make(chan struct{}, 1)
	l := start(t, script(func(s *providers.Script) {
		s.Behaviour.Kind = providers.Stall
		s.OnRequest = func(providers.Call) { arrived <- struct{}{} }
	}))
	failed := make(chan error)
	go func() {
		_, _, err := l.send(t, request{"https://openrouter.ai/api/v1/chat/completions", "bearer", "good-openrouter.ai", chat("m", true)})
		failed <- err
	}()
	<-arrived
	l.Reset()
	if err := <-failed; err == nil {
		t.Error("the client took half an answer for a whole one")
	}
	if calls := l.Journal(); len(calls) != 0 {
		t.Errorf("journal %+v", calls)
	}
}

func TestPlainHTTPGateway(t *testing.T) {
	l := start(t, script(nil))
	resp, body, err := l.send(t, request{"http://10.20.30.40:8080/v1/chat/completions", "bearer", "good", chat("m", false)})
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%v %v %s", err, resp, body)
	}
	if call := l.calls(t)[0]; call.Scheme != "http" || call.Host != "10.20.30.40:8080" {
		t.Errorf("journal %+v", call)
	}
}

func TestRoute(t *testing.T) {
	fake := providers.New()
	fake.Play(script(nil))
	for target, reason := range map[string]string{
		"openrouter.ai:443":    "",
		"openrouter.ai:80":     "a public provider without TLS",
		"openrouter.ai:8443":   "a public provider without TLS",
		"llm.acme.example:443": "",
		"llm.acme.example:80":  "",
		"10.20.30.40:8080":     "",
		"10.20.30.40:443":      "unknown host",
		"evil.example:443":     "unknown host",
		"nonsense":             "not a host and port",
	} {
		if handler, why := fake.Route(target); why != reason || (handler != nil) != (reason == "") {
			t.Errorf("%s: %v %q", target, handler, why)
		}
	}
}

func TestOpenRouterTraits(t *testing.T) {
	l := start(t, script(nil))
	resp, body, err := l.send(t, request{"https://openrouter.ai/api/v1/chat/completions", "bearer", "good-openrouter.ai", chat("openai/gpt-4o-mini:nitro", true)})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(body, ": OPENROUTER PROCESSING\n\n") || strings.Contains(body, "system_fingerprint") {
		t.Error(body)
	}
	if !strings.Contains(body, resp.Header.Get("X-Generation-Id")) || !strings.Contains(body, `"choices":[],`) || !strings.Contains(body, `"provider":"OpenAI"`) {
		t.Error(body)
	}
	if got := l.calls(t)[0].AnswerModel; got != "openai/gpt-4o-mini" {
		t.Errorf("answered by %q", got)
	}

	resp, err = l.client.Get("https://openrouter.ai/api/v1/models")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var models struct {
		Data  []struct{ ID string }
		Total int `json:"total_count"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&models); err != nil || len(models.Data) == 0 || models.Total != len(models.Data) {
		t.Errorf("%v %+v", err, models)
	}
}

func TestSameScriptSameBytes(t *testing.T) {
	for _, s := range speakers() {
		var bodies []string
		l := start(t, script(nil))
		for range 2 {
			_, body, err := l.send(t, s.request("good-"+s.host, "m", true))
			if err != nil {
				t.Fatal(err)
			}
			bodies = append(bodies, body)
			l.Reset()
			l.Play(script(nil))
		}
		if len(slices.Compact(bodies)) != 1 {
			t.Errorf("%s: %q", s.name, bodies)
		}
	}
}

// BenchmarkStreamedCall is a client's streamed call through the proxy, with a
// new connection each time, as a case makes it.
func BenchmarkStreamedCall(b *testing.B) {
	for name, fresh := range map[string]bool{"new connection": true, "kept connection": false} {
		b.Run(name, func(b *testing.B) {
			l := start(b, script(nil))
			l.client.Transport.(*http.Transport).DisableKeepAlives = fresh
			r := request{"https://openrouter.ai/api/v1/chat/completions", "bearer", "good-openrouter.ai", chat("m", true)}
			for b.Loop() {
				if _, _, err := l.send(b, r); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
