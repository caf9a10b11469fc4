package world

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/agenta-ai/conform/evidence"
)

// collect gathers what was observed, waiting until nothing of it changes any
// more. A subject in trouble is killed first, and then everything is.
func (st *staging) collect(ctx context.Context, t *trouble) error {
	l := st.lane
	if t != nil {
		failure := t.Breakdown
		st.ev.Failure = &failure
		if t.fatal {
			l.kill()
		}
	}
	settle, cancel := context.WithTimeout(ctx, l.world.Timeouts.Settle)
	defer cancel()
	records, outlived, err := l.landed(settle)
	if err != nil {
		return err
	}
	for _, pid := range outlived {
		st.note(fmt.Sprintf("Pi process %d outlived the case by %s and was killed", pid, l.world.Timeouts.Settle))
	}
	st.ev.Processes = records
	st.journals(ctx)
	st.first.Do(func() {}) // waits for a look at the disk that is under way
	st.ev.Operator.After = snapshot(l.dir.agent, "")
	l.operator.touched = !slices.Equal(st.ev.Operator.Before, st.ev.Operator.After)
	st.ev.Left = st.left(settle)
	if err := l.cloud.Trouble(); err != nil && st.ev.Failure == nil {
		failure := broken("world", fmt.Errorf("sandbox cloud: %w", err)).Breakdown
		st.ev.Failure = &failure
	}
	if st.subject != nil {
		if st.cancelled {
			// Nobody waits for what it still says of a turn whose caller is gone: its
			// log is whole when it has ended, and the next case has a fresh one.
			l.stop()
		}
		st.ev.Log = append(st.subject.driver.Log().Since(st.log), st.ev.Log...)
	}
	return nil
}

// left is what the case added to the disk and did not remove. A caller that went
// away has no answer to wait for, so an aborted turn is given the time to settle
// that every case has; any other turn ends with its answer.
func (st *staging) left(settle context.Context) []evidence.Entry {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		left := added(st.before, st.sweep())
		if len(left) == 0 && st.lane.parked() || !st.scenario.Abort {
			return left
		}
		select {
		case <-tick.C:
		case <-settle.Done():
			return left
		}
	}
}

// journals copies what the fakes saw. One that does not settle is copied as it
// stands; the remark says so.
func (st *staging) journals(ctx context.Context) {
	l := st.lane
	ctx, cancel := context.WithTimeout(ctx, l.world.Timeouts.Settle)
	defer cancel()
	for _, fake := range []interface{ Settle(context.Context) error }{l.vault, l.tap, l.elsewhere, l.providers, l.proxy, l.cloud} {
		if err := fake.Settle(ctx); err != nil {
			st.note(fmt.Sprintf("calls to %T were still open after %s", fake, l.world.Timeouts.Settle))
		}
	}
	for _, call := range l.vault.Journal() {
		if call.OfSecrets() {
			st.ev.Vault = append(st.ev.Vault, call)
		} else {
			st.ev.Platform = append(st.ev.Platform, call)
		}
	}
	st.ev.Wire = l.tap.Journal()
	st.ev.Elsewhere = l.elsewhere.Journal()
	st.ev.Providers = l.providers.Journal()
	st.ev.Egress = l.proxy.Journal()
}
