package wire_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/agenta-ai/conform/subjects/reference/wire"
)

func TestRequestShape(t *testing.T) {
	plain, err := json.Marshal(wire.Request{
		Harness: "pi_core", Sandbox: "local", Messages: []wire.Message{{Role: "user", Content: "hi"}},
		Context: []any{}, Tools: []any{}, CustomTools: []any{}, PermissionPolicy: "auto", Secrets: wire.Secrets{},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := `{"harness":"pi_core","sandbox":"local","sessionId":"","agentsMd":"","messages":[{"role":"user","content":"hi"}],` +
		`"context":[],"telemetry":null,"tools":[],"customTools":[],"toolCallback":null,"permissionPolicy":"auto","secrets":{}}`
	if string(plain) != want {
		t.Errorf("got  %s\nwant %s", plain, want)
	}
	full, _ := json.Marshal(wire.Request{Endpoint: &wire.Endpoint{BaseURL: "u"}, Connection: &wire.Connection{Mode: "agenta", Slug: "s"}})
	for _, part := range []string{`"endpoint":{"baseUrl":"u"}`, `"connection":{"mode":"agenta","slug":"s"}`} {
		if !strings.Contains(string(full), part) {
			t.Errorf("no %s in %s", part, full)
		}
	}
}

func TestSecretsPrintAsAMask(t *testing.T) {
	req := wire.Request{Secrets: wire.Secrets{"K": "sk-canary"}}
	if text := fmt.Sprintf("%v %+v %#v", req, req, req); strings.Contains(text, "canary") {
		t.Errorf("the key shows: %s", text)
	}
}

func TestReadRecords(t *testing.T) {
	for _, tc := range []struct {
		name, in string
		events   int
		err      bool
	}{
		{"events and a result", `{"kind":"event","event":{"type":"message","text":"x"}}` + "\n" + `{"kind":"result","result":{"ok":true,"output":"x"}}` + "\n", 1, false},
		{"no final newline", `{"kind":"result","result":{"ok":true,"output":"x"}}`, 0, false},
		{"no result", `{"kind":"event","event":{"type":"done"}}` + "\n", 1, true},
		{"nothing", ``, 0, true},
		{"broken line", `{"kind":"event",` + "\n", 0, true},
		{"first of two results", `{"kind":"result","result":{"ok":true,"output":"x"}}` + "\n" + `{"kind":"result","result":{"output":"y"}}`, 0, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			n := 0
			got, err := wire.ReadRecords(strings.NewReader(tc.in), func(json.RawMessage) error { n++; return nil })
			if (err != nil) != tc.err || n != tc.events || (err == nil && got.Output != "x") {
				t.Errorf("got %+v, %v after %d events", got, err, n)
			}
		})
	}
	stop := errors.New("stop")
	_, err := wire.ReadRecords(strings.NewReader(`{"kind":"event","event":{"type":"done"}}`), func(json.RawMessage) error { return stop })
	if !errors.Is(err, stop) {
		t.Errorf("err = %v", err)
	}
}
