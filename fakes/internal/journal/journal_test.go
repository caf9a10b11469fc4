package journal

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestEntriesKeepTheOrderOfArrival(t *testing.T) {
	var j Journal[string]
	first := j.Open("a")
	second := j.Open("b")
	second.Close()
	first.Update(func(s *string) { *s += "!" })
	first.Close()

	if diff := cmp.Diff([]string{"a!", "b"}, j.All()); diff != "" {
		t.Error(diff)
	}
}

func TestAllIsACopy(t *testing.T) {
	var j Journal[string]
	e := j.Open("before")
	seen := j.All()
	e.Update(func(s *string) { *s = "after" })
	if seen[0] != "before" {
		t.Errorf("a snapshot changed to %q", seen[0])
	}
}

func TestResetForgetsAndReleases(t *testing.T) {
	var j Journal[string]
	e := j.Open("old")
	j.Reset()
	select {
	case <-e.Ended():
	default:
		t.Error("Reset did not end the entry")
	}
	e.Update(func(s *string) { *s = "late" })
	fresh := j.Open("new")
	select {
	case <-fresh.Ended():
		t.Error("an entry opened after Reset is ended already")
	default:
	}
	if diff := cmp.Diff([]string{"new"}, j.All()); diff != "" {
		t.Error(diff)
	}
}

func TestSettleWaitsForOpenEntries(t *testing.T) {
	var j Journal[int]
	e := j.Open(1)

	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if err := j.Settle(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("with an open entry: %v", err)
	}

	settled := make(chan error)
	go func() { settled <- j.Settle(t.Context()) }()
	e.Close()
	if err := <-settled; err != nil {
		t.Error(err)
	}
}

func TestSettleEndsWithReset(t *testing.T) {
	var j Journal[int]
	j.Open(1)
	settled := make(chan error)
	go func() { settled <- j.Settle(t.Context()) }()
	j.Reset()
	if err := <-settled; err != nil {
		t.Error(err)
	}
}

func TestHeaders(t *testing.T) {
	h := http.Header{"X-Api-Key": {"k"}, "Accept": {"a", "b"}}
	want := map[string]string{"x-api-key": "k", "accept": "a, b"}
	if diff := cmp.Diff(want, Headers(h)); diff != "" {
		t.Error(diff)
	}
}
