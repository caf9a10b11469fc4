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

func TestWait(t *testing.T) {
	var j Journal[int]
	j.Open(1).Close()
	open := j.Open(2)
	even := func(n int) bool { return n%2 == 0 }

	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if found, err := j.Wait(ctx, 1, even); !errors.Is(err, context.DeadlineExceeded) || len(found) != 0 {
		t.Errorf("an open entry counts: %v %v", found, err)
	}
	waited := make(chan []int)
	go func() {
		found, _ := j.Wait(t.Context(), 2, even)
		waited <- found
	}()
	open.Close()
	j.Open(4).Close()
	if diff := cmp.Diff([]int{2, 4}, <-waited); diff != "" {
		t.Error(diff)
	}
}

func TestLimitDropsTheOldest(t *testing.T) {
	var dropped []int
	j := Journal[int]{Limit: 2, Dropped: func(n int) { dropped = append(dropped, n) }}
	for n := range 5 {
		j.Open(n).Close()
	}
	if diff := cmp.Diff([]int{3, 4}, j.All()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]int{0, 1, 2}, dropped); diff != "" {
		t.Error(diff)
	}
}

func TestHeaders(t *testing.T) {
	h := http.Header{"X-Api-Key": {"k"}, "Accept": {"a", "b"}}
	want := map[string]string{"x-api-key": "k", "accept": "a, b"}
	if diff := cmp.Diff(want, Headers(h)); diff != "" {
		t.Error(diff)
	}
}
