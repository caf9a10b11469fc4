package runner

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// asksWith is a run request that brings credentials in the flat shape.
const asksWith = `{"model":"m","secrets":{"B_API_KEY":"bbbb","A_API_KEY":"aaaa"}}`

func TestFaults(t *testing.T) {
	const plain, streaming = "application/json", ndjson
	begin := `{"kind":"event","event":{"type":"message","text":"Let me look at that."}}` + "\n"
	tests := []struct {
		name, accept string
		reply        Reply
		status       int
		holds        []string // parts of the reply, in order
		lines        int
	}{
		{"fails late, streamed", streaming, Reply{Fault: FailsLate}, 200, []string{begin, `"kind":"result","result":{"ok":false`, FailureText}, 2},
		{"fails late", plain, Reply{Fault: FailsLate}, 500, []string{`"ok":false`, FailureText}, 1},
		{"no result, streamed", streaming, Reply{Fault: NoResult}, 200, []string{begin}, 1},
		{"no result", plain, Reply{Fault: NoResult}, 200, []string{"{}"}, 0},
		{"empty body", streaming, Reply{Fault: EmptyBody}, 200, nil, 0},
		{"no turn, streamed", streaming, Reply{Fault: NoTurn}, 200, []string{`"result":{"ok":true,"output":"","messages":[],"events":[]`}, 1},
		{"no turn", plain, Reply{Fault: NoTurn}, 200, []string{`{"ok":true,"output":"","messages":[],"events":[]`}, 1},
		{"refuses", streaming, Reply{Fault: Refuses, Status: 429}, 429, []string{`"ok":false`, RefusalText, RefusalClass}, 1},
		{"echoes, streamed", streaming, Reply{Fault: Echoes}, 200, []string{`"delta":"My keys are aa"`, `"delta":"aa and bbbb."`, `"output":"My keys are aaaa and bbbb."`}, 6},
		{"echoes", plain, Reply{Fault: Echoes}, 200, []string{`"output":"My keys are aaaa and bbbb."`}, 1},
		{"fails loud", plain, Reply{Fault: FailsLoud}, 500, []string{"401: the key aaaa, bbbb was refused"}, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			tap, server := start(t)
			tap.Answer(test.reply)
			resp, text := post(t, server, "/run", test.accept, asksWith)
			rest := text
			for _, part := range test.holds {
				_, after, found := strings.Cut(rest, part)
				if !found {
					t.Errorf("no %s in what is left of the reply %s", part, text)
				}
				rest = after
			}
			if resp.StatusCode != test.status || strings.Count(text, "\n") != test.lines {
				t.Errorf("HTTP %d and %d lines: %s", resp.StatusCode, strings.Count(text, "\n"), text)
			}
			if kept := tap.Journal()[0]; kept.Reply != text || kept.Status != test.status {
				t.Errorf("the journal says HTTP %d %s", kept.Status, kept.Reply)
			}
		})
	}
}

func TestBreaksOff(t *testing.T) {
	for _, accept := range []string{"application/json", ndjson} {
		tap, server := start(t)
		tap.Answer(Reply{Fault: BreaksOff})
		req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+"/run", strings.NewReader(asksWith))
		req.Header.Set("Accept", accept)
		resp, err := server.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err == nil || !strings.Contains(string(text), "Let me lo") {
			t.Errorf("%s: %q ends with %v", accept, text, err)
		}
	}
}

func TestRedirects(t *testing.T) {
	tap, server := start(t)
	other, elsewhere := start(t)
	tap.Answer(Reply{Fault: Redirects, Elsewhere: elsewhere.URL})
	post(t, server, "/run", "application/json", asksWith) // Go's own client follows, body and all
	if calls := other.Journal(); len(calls) != 1 || calls[0].Body != asksWith {
		t.Errorf("elsewhere saw %+v", calls)
	}
	if status := tap.Journal()[0].Status; status != http.StatusTemporaryRedirect {
		t.Errorf("HTTP %d", status)
	}
}

func TestCredentialsOfEachShape(t *testing.T) {
	for body, want := range map[string][]string{
		asksWith: {"aaaa", "bbbb"},
		`{"modelConnection":{"credentials":[{"binding":{"name":"X"},"value":"cccc"}]}}`:                {"cccc"},
		`{"modelConnection":{"credentials":[],"gatewayCredentials":{"header":"X-AG","value":"dddd"}}}`: {"dddd"},
		`{"model":"m"}`: {}, `no JSON`: nil,
	} {
		if diff := cmp.Diff(want, credentials([]byte(body))); diff != "" {
			t.Errorf("%s: %s", body, diff)
		}
	}
}
