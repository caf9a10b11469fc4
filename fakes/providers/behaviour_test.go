package providers_test

import (
	"bufio"
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/agenta-ai/conform/fakes/providers"
)

// reached is how far a client got with an answer of OpenRouter's.
type reached struct {
	status      int
	contentType string
	data        int // events
	done        bool
	err         bool
}

// TestWhereBehavioursStrike counts the events that come before.
func TestWhereBehavioursStrike(t *testing.T) {
	const sse, reply = "text/event-stream", "one two three four five six seven"
	for _, c := range []struct {
		name      string
		behaviour providers.Behaviour
		want      reached
		end       providers.Ending
		events    int // in the journal
	}{
		{"ok", providers.Behaviour{}, reached{200, sse, 8, true, false}, providers.Whole, 8},
		{"cut at the start", providers.Behaviour{Kind: providers.Cut, After: providers.AtStart}, reached{err: true}, providers.Broken, 0},
		{"cut after one", providers.Behaviour{Kind: providers.Cut, After: 1}, reached{200, sse, 1, false, true}, providers.Broken, 1},
		{"cut after three", providers.Behaviour{Kind: providers.Cut, After: 3}, reached{200, sse, 3, false, true}, providers.Broken, 3},
		{"cut after all", providers.Behaviour{Kind: providers.Cut, After: 99}, reached{200, sse, 8, true, true}, providers.Broken, 8},
		{"reset after two", providers.Behaviour{Kind: providers.Reset, After: 2}, reached{200, sse, 2, false, true}, providers.Broken, 2},
		{"end after two", providers.Behaviour{Kind: providers.End, After: 2}, reached{200, sse, 2, false, false}, providers.Broken, 2},
		{"error at the start", providers.Behaviour{Kind: providers.ErrorFrame, After: providers.AtStart}, reached{200, sse, 1, false, false}, providers.Broken, 1},
		{"error after two", providers.Behaviour{Kind: providers.ErrorFrame, After: 2}, reached{200, sse, 3, false, false}, providers.Broken, 3},
		{"malformed after two", providers.Behaviour{Kind: providers.Malformed, After: 2}, reached{200, sse, 9, true, false}, providers.Whole, 9},
		{"wrong type", providers.Behaviour{Kind: providers.WrongType}, reached{200, "text/plain; charset=utf-8", 8, true, false}, providers.Whole, 8},
		{"page", providers.Behaviour{Kind: providers.Page}, reached{200, "text/html; charset=utf-8", 0, false, false}, providers.Whole, 0},
		{"page of a proxy", providers.Behaviour{Kind: providers.Page, Status: 502}, reached{502, "text/html; charset=utf-8", 0, false, false}, providers.Whole, 0},
		{"status", providers.Behaviour{Kind: providers.Status, Status: 429}, reached{429, "application/json", 0, false, false}, providers.Whole, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := endpoint(t, providers.Script{AnyKey: true, Reply: reply, Pace: providers.Pace{Chunk: 7}, Behaviour: c.behaviour})
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, e.URL+chatPath, strings.NewReader(`{"stream":true,`+question("m", "hi")[1:]))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Authorization", "Bearer k")
			var got reached
			resp, text, err := do(http.DefaultClient, req)
			got.err = err != nil
			if resp != nil {
				got.status, got.contentType = resp.StatusCode, resp.Header.Get("Content-Type")
			}
			got.data = strings.Count("\n"+text, "\ndata: {")
			got.done = strings.Contains(text, "data: [DONE]")
			if got.done {
				got.data++
			}
			if got != c.want {
				t.Errorf("%+v, want %+v in\n%s", got, c.want, text)
			}
			settle(t, e)
			if call := e.Journal()[0]; call.End != c.end || call.Events != c.events || call.ClientGone || call.Behaviour != c.behaviour.Kind {
				t.Errorf("journal %+v", call)
			}
		})
	}
}

func TestStallInTheStream(t *testing.T) {
	e := endpoint(t, providers.Script{AnyKey: true, Reply: "one two three", Behaviour: providers.Behaviour{Kind: providers.Stall, After: 1}})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	req, _ := http.NewRequestWithContext(ctx, http.MethodPost, e.URL+chatPath, strings.NewReader(`{"stream":true,`+question("m", "hi")[1:]))
	req.Header.Set("Authorization", "Bearer k")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "data: {") {
	}
	if !strings.Contains(lines.Text(), `"content":"`) {
		t.Errorf("before the silence: %q", lines.Text())
	}
	cancel()
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "data: ") {
			t.Errorf("after the silence: %q", lines.Text())
		}
	}
	calls, err := e.Wait(t.Context(), 1, nil)
	if err != nil || calls[0].End != providers.Gone || calls[0].Events != 1 {
		t.Errorf("%v %+v", err, calls)
	}
}
