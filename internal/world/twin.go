package world

import (
	"context"
	"sync"

	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/subjects/protocol"
)

// twin makes the turn that the scenario wants for comparison, keeps what was
// seen of it apart, and sets the fakes back to where they were.
func (st *staging) twin(ctx context.Context, d *protocol.Driver) error {
	t := &evidence.Twin{}
	st.ev.Twin = t
	err := keep(&t.Outcome, func() (protocol.Outcome, error) { return d.Invoke(ctx, *st.scenario.Twin) })
	settle, cancel := context.WithTimeout(ctx, st.lane.world.Timeouts.Settle)
	defer cancel()
	records, _, landed := st.lane.landed(settle)
	if err == nil {
		err = landed
	}
	_ = st.lane.providers.Settle(settle) // what is still open is kept as it stands
	t.Processes, t.Providers = records, st.lane.providers.Journal()
	st.first, st.called = sync.Once{}, make(chan struct{})
	st.ev.During = nil
	st.play()
	return err
}
