package driver

import (
	"context"
	"sync"
)

// calls are the turns that are under way, by their id.
type calls struct {
	mu   sync.Mutex
	open map[string]context.CancelFunc
}

// begin registers a turn; done forgets it.
func (c *calls) begin(ctx context.Context, id string) (turn context.Context, done func()) {
	ctx, cancel := context.WithCancel(ctx)
	c.mu.Lock()
	c.open[id] = cancel
	c.mu.Unlock()
	return ctx, func() {
		c.mu.Lock()
		delete(c.open, id)
		c.mu.Unlock()
		cancel()
	}
}

// cancel closes the request of a turn. One that has ended is not there.
func (c *calls) cancel(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if cancel, ok := c.open[id]; ok {
		cancel()
	}
}
