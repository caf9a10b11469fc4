package keeper

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/agenta-ai/conform/internal/docker/wire"
)

// The size of the store of containers for sandboxes.
const (
	makers = 2 // that start containers at the same time: more only wait for the engine
	most   = 8 // that wait to be used
)

// store has containers for sandboxes ready, started ahead of their use. None is
// given away twice, and none comes back.
type store struct {
	start    func(context.Context) (*sandbox, error)
	expected int // how many more the run will use
	log      *slog.Logger

	mu       sync.Mutex
	changed  sync.Cond
	ready    []*sandbox
	starting int
	waiting  int
	failures []error // for those who wait
	used     int
	closed   bool
	working  sync.WaitGroup
}

// open begins to start containers, until ctx ends.
func (s *store) open(ctx context.Context) {
	s.changed.L = &s.mu
	context.AfterFunc(ctx, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.closed = true
		s.changed.Broadcast()
	})
	for range makers {
		s.working.Go(func() {
			for s.next(ctx) {
			}
		})
	}
}

// wanted is how many containers there should be that nobody has. The caller
// holds the lock.
func (s *store) wanted() int {
	waiting := s.waiting - len(s.failures) // the others will be told why there is none
	return max(waiting, min(waiting+most, s.expected-s.used))
}

// next starts one container when one is wanted; false is the end.
func (s *store) next(ctx context.Context) bool {
	s.mu.Lock()
	for !s.closed && len(s.ready)+s.starting >= s.wanted() {
		s.changed.Wait()
	}
	closed := s.closed
	if !closed {
		s.starting++
	}
	s.mu.Unlock()
	if closed {
		return false
	}
	b, err := s.start(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.starting--
	switch {
	case err == nil:
		s.ready = append(s.ready, b)
	case s.waiting > len(s.failures):
		s.failures = append(s.failures, err)
	default:
		// Nobody waits for it: whoever will is told by the next failure.
		s.log.Warn("no container could be started ahead", "error", err)
		s.expected = 0
	}
	s.changed.Broadcast()
	return true
}

var errOver = errors.New("the run is over")

// take gives a container that nobody has used, for good.
func (s *store) take() (*sandbox, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiting++
	defer func() {
		s.waiting--
		s.failures = s.failures[:min(len(s.failures), s.waiting)]
	}()
	s.changed.Broadcast()
	for {
		switch {
		case s.closed:
			return nil, errOver
		case len(s.ready) > 0:
			b := s.ready[0]
			s.ready = s.ready[1:]
			if time.Since(b.started) > ahead {
				b.conn.Close() // and the container ends
				s.changed.Broadcast()
				continue
			}
			s.used++
			return b, nil
		case len(s.failures) > 0:
			err := s.failures[0]
			s.failures = s.failures[1:]
			return nil, err
		}
		s.changed.Wait()
	}
}

// close waits until nothing is being started any more, after ctx has ended, and
// says how many were used.
func (s *store) close() int {
	s.working.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.used
}

// serve answers a lane that has asked for a container by opening a stream.
func (s *store) serve(stream io.ReadWriteCloser) {
	b, err := s.take()
	given := wire.Given{}
	if err != nil {
		given.Error = err.Error()
	} else {
		given.Container = b.id[:12]
	}
	text, encoded := json.Marshal(given)
	if encoded == nil {
		_, encoded = stream.Write(append(text, '\n'))
	}
	switch {
	case err != nil:
		_ = stream.Close()
	case encoded != nil:
		b.conn.Close()
		_ = stream.Close()
	default:
		b.serve(stream)
	}
}
