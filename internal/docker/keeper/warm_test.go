package keeper

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/moby/moby/client"
)

// started is a store whose containers are names, and how many it has started.
func started(t *testing.T, expected int, start func(n int) (*sandbox, error)) (*store, *atomic.Int64, context.CancelFunc) {
	t.Helper()
	var count atomic.Int64
	s := &store{expected: expected, log: slog.New(slog.DiscardHandler), start: func(context.Context) (*sandbox, error) {
		return start(int(count.Add(1)))
	}}
	ctx, end := context.WithCancel(t.Context())
	s.open(ctx)
	t.Cleanup(func() {
		end()
		s.close()
	})
	return s, &count, end
}

// fresh is a container that has just been started.
func fresh(n int) (*sandbox, error) {
	near, far := net.Pipe()
	far.Close()
	return &sandbox{id: fmt.Sprintf("container-%06d", n), started: time.Now(), conn: client.HijackedResponse{Conn: near}}, nil
}

// settled waits until a store starts nothing.
func settled(t *testing.T, s *store) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
		s.mu.Lock()
		idle := s.starting == 0 && len(s.ready) >= s.wanted()
		s.mu.Unlock()
		if idle {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("the store does not settle")
		}
	}
}

func TestNoContainerIsGivenTwice(t *testing.T) {
	t.Parallel()
	const users, each = 8, 25
	s, count, _ := started(t, users*each, fresh)
	var mu sync.Mutex
	given := map[string]int{}
	var using sync.WaitGroup
	for range users {
		using.Go(func() {
			for range each {
				b, err := s.take()
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				given[b.id]++
				mu.Unlock()
			}
		})
	}
	using.Wait()
	if len(given) != users*each {
		t.Errorf("%d containers for %d sandboxes", len(given), users*each)
	}
	settled(t, s)
	if n := count.Load(); n != users*each {
		t.Errorf("%d were started where %d were used", n, users*each)
	}
}

func TestOnlySoManyAreStartedAhead(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ expected, want int }{{0, 0}, {3, 3}, {1000, most}} {
		s, count, _ := started(t, c.expected, fresh)
		settled(t, s)
		if n := int(count.Load()); n != c.want {
			t.Errorf("%d expected: %d started, want %d", c.expected, n, c.want)
		}
	}
}

func TestWhatWasNotExpectedIsStartedWhenItIsAskedFor(t *testing.T) {
	t.Parallel()
	s, count, _ := started(t, 0, fresh)
	for range 3 {
		if _, err := s.take(); err != nil {
			t.Fatal(err)
		}
	}
	settled(t, s)
	if n := count.Load(); n != 3 {
		t.Errorf("%d were started", n)
	}
}

func TestWhoWaitsIsToldWhyThereIsNone(t *testing.T) {
	t.Parallel()
	s, _, _ := started(t, 0, func(n int) (*sandbox, error) {
		if n == 1 {
			return nil, errors.New("no space left")
		}
		return fresh(n)
	})
	if _, err := s.take(); err == nil || err.Error() != "no space left" {
		t.Errorf("got %v", err)
	}
	if _, err := s.take(); err != nil {
		t.Errorf("the next one: %v", err)
	}
}

func TestAFailureAheadOfUseIsNotRepeatedForEver(t *testing.T) {
	t.Parallel()
	s, count, _ := started(t, 1000, func(int) (*sandbox, error) { return nil, errors.New("no space left") })
	settled(t, s)
	if n := count.Load(); n > makers {
		t.Errorf("tried %d times", n)
	}
	if _, err := s.take(); err == nil || err.Error() != "no space left" {
		t.Errorf("got %v", err)
	}
}

func TestAContainerThatHasWaitedTooLongIsThrownAway(t *testing.T) {
	t.Parallel()
	s, _, _ := started(t, 2, func(n int) (*sandbox, error) {
		b, err := fresh(n)
		if n == 1 {
			b.started = time.Now().Add(-2 * ahead)
		}
		return b, err
	})
	settled(t, s)
	for range 2 {
		if b, err := s.take(); err != nil || b.id == "container-000001" {
			t.Errorf("got %+v, %v", b, err)
		}
	}
}

func TestTheEndOfTheRunReleasesWhoWaits(t *testing.T) {
	t.Parallel()
	held := make(chan struct{})
	s, _, end := started(t, 0, func(n int) (*sandbox, error) { <-held; return nil, errors.New("given up") })
	failed := make(chan error)
	go func() {
		_, err := s.take()
		failed <- err
	}()
	end()
	if err := <-failed; !errors.Is(err, errOver) {
		t.Errorf("got %v", err)
	}
	close(held)
}
