package agent

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"

	"github.com/agenta-ai/conform/internal/docker/wire"
)

func TestServeRefusesWhatItCannotDo(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"stage without a world", `{"id":1,"stage":{}}`, "the lane has no world yet"},
		{"describe without a world", `{"id":1,"describe":true}`, "the lane has no world yet"},
		{"a world without a subject", `{"id":1,"open":{}}`, "world: no subject"},
		{"a cancellation of nothing", `{"cancel":7}` + "\n" + `{"id":1,"describe":true}`, "the lane has no world yet"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			if err := Serve(t.Context(), Options{In: strings.NewReader(c.in), Out: &out, Log: slog.New(slog.DiscardHandler)}); err != nil {
				t.Fatal(err)
			}
			var reply wire.Reply
			if err := json.Unmarshal(out.Bytes(), &reply); err != nil {
				t.Fatalf("%v: %q", err, out.String())
			}
			if reply.ID != 1 || reply.Error != c.want {
				t.Errorf("got %+v", reply)
			}
		})
	}
}

func TestServeEndsAtGarbage(t *testing.T) {
	var out bytes.Buffer
	err := Serve(t.Context(), Options{In: strings.NewReader("hello\n"), Out: &out, Log: slog.New(slog.DiscardHandler)})
	if err == nil || !strings.Contains(err.Error(), "read a request") || out.Len() > 0 {
		t.Errorf("got %v, %q", err, out.String())
	}
}
