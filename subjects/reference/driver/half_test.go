package driver

import (
	"log/slog"
	"slices"
	"testing"

	"github.com/agenta-ai/conform/subjects/reference/driver/shape"
)

func TestServiceHalfClaimsNoMore(t *testing.T) {
	d := NewService(nil, slog.New(slog.DiscardHandler))
	if got := d.describe().Capabilities; !slices.Equal(got, []string{"resolve", "catalog", "envmap"}) {
		t.Errorf("capabilities %v", got)
	}
	if got := New(nil, slog.New(slog.DiscardHandler)).describe().Capabilities; !slices.Contains(got, "run") {
		t.Errorf("the whole reference: capabilities %v", got)
	}
	for _, c := range halfEnvmap(envmap()).Copies {
		if c.Name == "completion" {
			t.Error("the completion path's map is there")
		}
	}
}

func TestServiceHalfNeedsARunner(t *testing.T) {
	d := NewService(nil, slog.New(slog.DiscardHandler))
	if _, err := d.prepare(t.Context(), shape.World{}); err != errNoRunner {
		t.Errorf("got %v", err)
	}
	prepared, err := d.prepare(t.Context(), shape.World{RunnerURL: "http://127.0.0.1:9", APIBase: "http://127.0.0.1:9"})
	if err != nil || prepared.RunnerURL != "" {
		t.Errorf("got %+v, %v", prepared, err)
	}
	if err := d.stop(); err != nil {
		t.Error(err)
	}
}
