package docker

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/agenta-ai/conform/internal/docker/wire"
)

// waiting is a request that has no reply yet.
type waiting struct {
	lane  int
	reply chan<- answer
}

// answer is a reply, or that there will be none.
type answer struct {
	wire.Reply
	err error
}

// laneOver says that a lane does not answer any more.
type laneOver struct{ why string }

func (l *laneOver) Error() string { return l.why }

// over says why a lane does not answer any more, "" while it does.
func (b *Backend) over(lane int) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return cmp.Or(b.lanes[lane], b.dead)
}

// giveUp is how long a lane may take to answer a request that was cancelled.
const giveUp = 15 * time.Second

// ask asks a lane and waits for its reply. A request that is cancelled has a
// reply as well, as a rule, so that the lane is free when ask returns.
func (b *Backend) ask(ctx context.Context, lane int, r wire.Request) (wire.Reply, error) {
	replied := make(chan answer, 1)
	b.mu.Lock()
	b.next++
	r.ID = b.next
	why := cmp.Or(b.lanes[lane], b.dead)
	if why == "" {
		b.waiting[r.ID] = waiting{lane, replied}
	}
	b.mu.Unlock()
	if why != "" {
		return wire.Reply{}, &laneOver{why}
	}
	// That the keeper takes no message is heard of as its end.
	if err := b.send(lane, r); err != nil {
		b.log.Debug("no request", "error", err)
	}
	select {
	case a := <-replied:
		return a.Reply, a.err
	case <-ctx.Done():
	}
	if err := b.send(lane, wire.Request{Cancel: r.ID}); err != nil {
		b.log.Debug("no cancellation", "error", err)
	}
	patience := time.NewTimer(giveUp)
	defer patience.Stop()
	select {
	case a := <-replied:
		return a.Reply, a.err
	case <-patience.C:
		return wire.Reply{}, context.Cause(ctx)
	}
}

func (b *Backend) send(lane int, r wire.Request) error {
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return b.keeper.say(wire.ToKeeper{Lane: lane, Say: text})
}

// hear takes what the keeper says until it says no more. The first message goes
// to started.
func (b *Backend) hear(k *keeper, started chan<- wire.FromKeeper) {
	first := true
	for {
		m, err := k.hear()
		if err != nil {
			break
		}
		switch {
		case first:
			first = false
			started <- m
		case m.Said != nil:
			b.deliver(m.Said)
		case m.Ended != "":
			b.end(m.Lane, m.Ended)
		case m.Closed:
			k.closed, k.sandboxes = true, m.Sandboxes
		}
		if m.Error != "" {
			k.failure = errors.New(m.Error)
		}
	}
	b.end(everyLane, k.ended())
	close(started)
}

// deliver gives a reply to whoever waits for it.
func (b *Backend) deliver(said []byte) {
	var a answer
	if err := json.Unmarshal(said, &a.Reply); err != nil {
		b.log.Error("read a reply", "error", err)
		return
	}
	if a.Error != "" {
		a.err = errors.New(a.Error)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if w, ok := b.waiting[a.ID]; ok {
		delete(b.waiting, a.ID)
		w.reply <- a
	}
}

const everyLane = -1

// end says that a lane answers no more, to all who wait for it.
func (b *Backend) end(lane int, why string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if lane == everyLane {
		b.dead = why
	} else {
		b.lanes[lane] = why
	}
	for id, w := range b.waiting {
		if lane == everyLane || w.lane == lane {
			delete(b.waiting, id)
			w.reply <- answer{err: &laneOver{why}}
		}
	}
}
