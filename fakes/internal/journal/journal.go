// Package journal keeps the record of what reached a fake: entries in order of
// arrival, each open while its request is being answered.
package journal

import (
	"context"
	"sync"
)

// A Journal is a list of entries. The zero value is ready to use, and all its
// methods are safe for concurrent use.
type Journal[T any] struct {
	// Limit is how many entries are kept at least; beyond twice as many the oldest
	// that are closed are dropped. 0 keeps all. It is set before first use.
	Limit int
	// Dropped hears of each entry that the limit dropped, under the lock.
	Dropped func(T)

	mu      sync.Mutex
	entries []*Entry[T]
	epoch   chan struct{} // closed by Reset; made on first use
	changed chan struct{} // closed and replaced when an entry closes; made on first use
}

// An Entry is one record of a journal.
type Entry[T any] struct {
	journal *Journal[T]
	epoch   chan struct{}
	value   T
	closed  bool
}

// Open appends an entry with the given first state. Whoever opened it calls
// Close when nothing about it will change any more.
func (j *Journal[T]) Open(value T) *Entry[T] {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.epoch == nil {
		j.epoch = make(chan struct{})
	}
	e := &Entry[T]{journal: j, epoch: j.epoch, value: value}
	j.entries = append(j.entries, e)
	j.trim()
	return e
}

// trim drops the oldest entries beyond the limit. The caller holds the lock.
func (j *Journal[T]) trim() {
	if j.Limit <= 0 || len(j.entries) <= 2*j.Limit {
		return
	}
	n := 0
	for n < len(j.entries)-j.Limit && j.entries[n].closed {
		if j.Dropped != nil {
			j.Dropped(j.entries[n].value)
		}
		n++
	}
	j.entries = append([]*Entry[T](nil), j.entries[n:]...)
}

// All returns a copy of the entries, the open ones as they stand.
func (j *Journal[T]) All() []T {
	j.mu.Lock()
	defer j.mu.Unlock()
	all := make([]T, len(j.entries))
	for i, e := range j.entries {
		all[i] = e.value
	}
	return all
}

// Reset forgets all entries and releases whoever waits for Ended on one of them.
func (j *Journal[T]) Reset() { j.Take() }

// Take is Reset that returns the entries which it forgets.
func (j *Journal[T]) Take() []T {
	j.mu.Lock()
	defer j.mu.Unlock()
	taken := make([]T, len(j.entries))
	for i, e := range j.entries {
		taken[i] = e.value
	}
	j.entries = nil
	if j.epoch != nil {
		close(j.epoch)
		j.epoch = nil
	}
	j.announce()
	return taken
}

// Wait waits until at least n entries are closed and fit, and returns those that
// do. When ctx ends first it returns those there are and the reason.
func (j *Journal[T]) Wait(ctx context.Context, n int, fits func(T) bool) ([]T, error) {
	for {
		j.mu.Lock()
		var found []T
		for _, e := range j.entries {
			if e.closed && fits(e.value) {
				found = append(found, e.value)
			}
		}
		if len(found) >= n {
			j.mu.Unlock()
			return found, nil
		}
		changed := j.change()
		j.mu.Unlock()

		select {
		case <-changed:
		case <-ctx.Done():
			return found, context.Cause(ctx)
		}
	}
}

// change is closed at the next change. The caller holds the lock.
func (j *Journal[T]) change() <-chan struct{} {
	if j.changed == nil {
		j.changed = make(chan struct{})
	}
	return j.changed
}

// Settle waits until every entry is closed. A client that has read its answer
// may be ahead of the server's last note about it; whoever reads the journal
// after the client is done settles first.
func (j *Journal[T]) Settle(ctx context.Context) error {
	for {
		j.mu.Lock()
		open := false
		for _, e := range j.entries {
			open = open || !e.closed
		}
		if !open {
			j.mu.Unlock()
			return nil
		}
		changed := j.change()
		j.mu.Unlock()

		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// announce wakes those who settle. The caller holds the lock.
func (j *Journal[T]) announce() {
	if j.changed != nil {
		close(j.changed)
		j.changed = nil
	}
}

// Update changes the entry under the journal's lock. An entry that a Reset has
// forgotten may still be updated; nobody will see it.
func (e *Entry[T]) Update(change func(*T)) {
	e.journal.mu.Lock()
	defer e.journal.mu.Unlock()
	change(&e.value)
}

// Value returns a copy of the entry as it stands.
func (e *Entry[T]) Value() T {
	e.journal.mu.Lock()
	defer e.journal.mu.Unlock()
	return e.value
}

// Close says that the entry will not change any more.
func (e *Entry[T]) Close() {
	e.journal.mu.Lock()
	defer e.journal.mu.Unlock()
	e.closed = true
	e.journal.announce()
}

// Ended is closed when the journal is reset. Faults that hold a request open
// wait for it beside the client, so that nothing outlives the case it belongs to.
func (e *Entry[T]) Ended() <-chan struct{} { return e.epoch }
