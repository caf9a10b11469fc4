package world

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/fakes/providers"
)

// staging is one scenario under way.
type staging struct {
	lane     *Lane
	scenario Scenario
	script   providers.Script // of the scenario, with the keys of the subject's environment
	ev       *evidence.Evidence
	subject  *instance        // nil when it could not be started
	before   []evidence.Entry // temporary root before the case
	log      int              // place in the subject's log
	called   chan struct{}    // closed when a provider is called for the first time
	// cancelled says that the caller of the turn went away before its answer.
	cancelled bool
	first     sync.Once
	phase     time.Time
}

// Stage runs one scenario and returns sealed evidence of it. What breaks on the
// way is in the evidence as its Failure; the error is for what leaves no
// evidence at all, such as a full disk, and for a cancelled ctx.
func (l *Lane) Stage(ctx context.Context, s Scenario) (*evidence.Evidence, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	st := &staging{lane: l, scenario: s, called: make(chan struct{}), phase: time.Now(), ev: l.blank(s)}
	if err := st.set(); err != nil {
		return nil, fmt.Errorf("stage %s: %w", s.Cell, err)
	}
	defer st.strike()
	trouble := l.ready(ctx, s.Setup)
	// A subject may have asked Pi something at its start; that is not this case.
	if err := l.forgetFlights(); err != nil {
		return nil, fmt.Errorf("stage %s: %w", s.Cell, err)
	}
	if trouble == nil {
		st.subject = l.subject
		st.ev.Subject = st.subject.description
		st.log = st.subject.driver.Log().Mark()
	}
	st.before = st.sweep()
	secrets := st.arm()
	st.mark("setup")
	if trouble == nil {
		trouble = st.ask(ctx)
		st.mark("ask")
	}
	if err := st.collect(ctx, trouble); err != nil {
		return nil, fmt.Errorf("stage %s: %w", s.Cell, err)
	}
	st.mark("collect")
	if err := ctx.Err(); err != nil {
		l.kill() // it may still be at work on this case
		return nil, fmt.Errorf("stage %s: %w", s.Cell, context.Cause(ctx))
	}
	sealed := evidence.Seal(*st.ev, append(secrets, st.clouds()...), Mark)
	st.ev = &sealed
	st.mark("seal")
	return st.ev, nil
}

// blank is the evidence before anything has happened.
func (l *Lane) blank(s Scenario) *evidence.Evidence {
	ev := &evidence.Evidence{
		Cell: s.Cell, Edition: s.Edition, Backend: l.world.Backend, Seal: l.world.Seal, Lane: l.index,
		Pi: evidence.PiUsed{Kind: l.world.Pi.Kind, Version: l.world.version},
		Input: evidence.Input{
			Turn: s.Turn, Direct: s.Direct, Login: s.Login, Policy: s.Setup.Policy, Banner: s.Banner, Reply: s.Script.Reply,
		},
	}
	if s.Turn != nil {
		ev.Input.Records = s.Vault[s.Turn.Credential]
	} else if s.Picker != nil {
		ev.Input.Records = s.Vault[s.Picker.Credential]
	}
	return ev
}

// set puts the folders into the state that the scenario begins with.
func (st *staging) set() error {
	l, s := st.lane, st.scenario
	if err := errors.Join(l.forgetFlights(), l.restore(s.Login, s.Settings), l.arrange(s.Banner)); err != nil {
		return err
	}
	st.ev.Operator.Before = l.operator.state
	return nil
}

// arm makes the script of the case, tells the fakes what to play and returns
// every secret of the case.
func (st *staging) arm() []evidence.Known {
	canaries := slices.Clone(st.scenario.Secrets)
	st.script = st.scenario.Script
	st.script.Keys = maps.Clone(st.script.Keys)
	if st.script.Keys == nil {
		st.script.Keys = map[string][]string{}
	}
	if st.subject != nil {
		for _, p := range st.subject.planted {
			canaries = append(canaries, p.Canary)
			// A run that takes a key from the environment must succeed with it, so
			// that the journal shows where the key went.
			for _, host := range slices.Concat(hosts[p.Kind], st.script.Gateways) {
				st.script.Keys[host] = append(slices.Clip(st.script.Keys[host]), p.Value)
			}
		}
		st.ev.Input.Ambient = names(st.subject.planted, evidence.RoleAmbient)
	}
	st.script.OnRequest = func(c providers.Call) {
		st.first.Do(st.during)
		if st.scenario.Script.OnRequest != nil {
			st.scenario.Script.OnRequest(c)
		}
	}
	st.play()
	known := make([]evidence.Known, len(canaries))
	for i, c := range canaries {
		known[i] = evidence.Known{Label: c.Label, Value: c.Value}
		st.ev.Secrets = append(st.ev.Secrets, c.Secret)
	}
	return known
}

// play makes the fakes forget and begin with the scenario.
func (st *staging) play() {
	l, s := st.lane, st.scenario
	l.vault.Reset()
	for credential, records := range s.Vault {
		l.vault.Set(credential, records)
	}
	for credential, gateway := range s.Gateways {
		l.vault.Gateways(credential, gateway)
	}
	l.vault.Break(s.Fault)
	l.tap.Reset()
	l.elsewhere.Reset()
	st.join()
	l.providers.Reset()
	l.providers.Play(st.script)
	l.proxy.Reset()
	l.proxy.Route(l.providers.Route)
	l.cloud.Reset()
	l.cloud.Break(s.Cloud)
	l.cloud.Route(l.providers.Route)
}

// during looks at the disk while the first call to a provider waits for its
// answer: then Pi is running and all that it needs is in place.
func (st *staging) during() {
	st.ev.During = added(st.before, st.sweep())
	close(st.called)
}

// sweep lists the temporary root, and the subject's working directory beside it.
func (st *staging) sweep() []evidence.Entry {
	l := st.lane
	return append(snapshot(l.dir.temp, ""), snapshot(l.dir.work, "../work/")...)
}

// maxClutter is how many entries the temporary root may have before a lane takes
// the trouble of a fresh instance. A subject may keep what it likes there
// between cases, but each case looks at all of it.
const maxClutter = 2000

func (st *staging) mark(name string) {
	now := time.Now()
	st.ev.Phases = append(st.ev.Phases, evidence.Phase{Name: name, Millis: float64(now.Sub(st.phase).Microseconds()) / 1000})
	st.phase = now
}

// strike takes away what must not stay between cases: nothing may leave a lane
// that stages nothing, and no fake may hold an answer back.
func (st *staging) strike() {
	l := st.lane
	l.proxy.Reset()
	l.providers.Reset()
	l.vault.Reset()
	l.tap.Reset()
	l.elsewhere.Reset()
	l.cloud.Reset()
	if st.scenario.ReadOnlyTemp {
		if err := unblock(l.dir.temp); err != nil {
			l.log.Error("restore the temporary root", "error", err)
			l.kill() // the next start makes a new one
		}
	}
	if len(st.before) > maxClutter {
		l.stop() // so that the next start clears the folders
	}
}
