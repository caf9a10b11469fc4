package subjectcheck

import (
	"context"
	"strings"

	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/fakes/runner"
	"github.com/agenta-ai/conform/internal/world"
	"github.com/agenta-ai/conform/subjects/protocol"
)

// The replies that two plain turns are given. A driver that reports anything else
// as the reply has not got it from there.
const (
	firstReply  = "The first reply: periwinkle."
	secondReply = "The second reply: saffron."
)

// turns asks for turns whose course the world decides, and holds what the driver
// reports against what the world saw of them.
func (c *checker) turns(ctx context.Context) error {
	if !c.claims(protocol.CapResolve) {
		c.claim(protocol.CapResolve, Unclaimed, "")
		c.claim(protocol.CapRun, Unclaimed, "")
		return nil
	}
	harness := c.harness()
	if harness == "" {
		c.claim(protocol.CapResolve, Refuted, list("no harness of %v is known", c.Description.Harnesses))
		return nil
	}
	refuted := ""
	for _, reply := range []string{firstReply, secondReply} {
		ev, ok, err := c.stage(ctx, c.q.Turn(c.Description, harness, reply))
		if err != nil {
			return err
		}
		if !ok {
			refuted = "it did not answer a plain turn"
			break
		}
		if why := c.plain(ev, reply); why != "" {
			refuted = why
		}
		if reply == firstReply {
			c.half(ev)
		}
	}
	if refuted == "" {
		failing := c.q.Turn(c.Description, harness, firstReply)
		failing.Record, failing.Runner = true, world.RunnerFault{Fault: runner.FailsLoud}
		ev, ok, err := c.stage(ctx, failing)
		if err != nil {
			return err
		}
		if ok {
			c.failed(ev)
		}
	}
	if refuted != "" {
		c.claim(protocol.CapResolve, Refuted, refuted)
	} else {
		c.claim(protocol.CapResolve, Proved, "")
	}
	return nil
}

// plain looks at a turn in which nothing goes wrong. What the world saw to be
// otherwise than the driver says makes the driver broken; a subject that refuses
// the turn refutes the claim.
func (c *checker) plain(ev *evidence.Evidence, reply string) (refuted string) {
	out := ev.Outcome
	if out == nil {
		c.broken("invoke: there is no outcome")
		return "a plain turn has no outcome"
	}
	run := runCall(ev)
	if !out.OK {
		if out.Error == nil || out.Error.Message == "" {
			c.broken("invoke: a turn failed and its error says nothing")
		}
		if run != nil && run.Status == 200 {
			c.broken(list("invoke: the turn is reported as failed (%s), and the runner had answered it well", errorOf(out)))
		}
		return list("a plain turn was refused: %s", errorOf(out))
	}
	switch {
	case run == nil && len(ev.Processes) == 0:
		c.broken("invoke: the turn is reported as done, and no run request reached the runner")
	case !strings.Contains(out.Reply, reply):
		c.broken(list("invoke: the reply is reported as %.60q, and the runner had said %q", out.Reply, reply))
	}
	if len(ev.Vault) == 0 {
		c.broken("invoke: the turn is reported as done, and the vault that holds its connection was never read")
	}
	for _, call := range ev.Vault {
		if caller := label(ev, evidence.RoleCaller); !strings.Contains(call.Authorization, caller) {
			c.broken(list("invoke: the vault was read with %.40q, which is not the turn's credential", call.Authorization))
			break
		}
	}
	if run != nil && !strings.Contains(run.Body, label(ev, evidence.RoleChosen)) && !gateway(ev) {
		c.broken("invoke: the run request does not hold the key of the record, which was made for this turn alone: it was not resolved")
	}
	return ""
}

// half settles the claim of a runner half.
func (c *checker) half(ev *evidence.Evidence) {
	claimed := c.claims(protocol.CapRun)
	forwarded := false
	if run := runCall(ev); run != nil {
		forwarded = run.Forwarded
	}
	switch {
	case claimed && len(ev.Processes) > 0:
		c.claim(protocol.CapRun, Proved, "")
	case claimed && !forwarded:
		c.claim(protocol.CapRun, Refuted, "prepare names no runner, so the world played it")
	case claimed:
		c.claim(protocol.CapRun, Refuted, "no Pi was started for a plain turn")
	case len(ev.Processes) > 0:
		c.claim(protocol.CapRun, Undeclared, "a Pi was started")
	default:
		c.claim(protocol.CapRun, Unclaimed, "")
	}
}

// failed looks at a turn that the runner reports as failed.
func (c *checker) failed(ev *evidence.Evidence) {
	switch out := ev.Outcome; {
	case out == nil:
		c.broken("invoke: a failed turn has no outcome")
	case out.OK:
		c.broken(list("invoke: the turn is reported as done (reply %.40q), and the runner had said that it failed", out.Reply))
	case out.Status < 400 && out.Status != 200:
		c.broken(list("invoke: HTTP status %d of a failed turn", out.Status))
	}
}

func runCall(ev *evidence.Evidence) *runner.Call {
	for i, call := range ev.Wire {
		if call.Method == "POST" && (call.Path == "/run" || call.Path == "/stream") {
			return &ev.Wire[i]
		}
	}
	return nil
}

// gateway reports whether the run goes through the platform's gateway, where no
// provider key travels.
func gateway(ev *evidence.Evidence) bool {
	return len(ev.Requests) > 0 && ev.Requests[0].Shape == "gateway"
}

func label(ev *evidence.Evidence, role evidence.Role) string {
	for _, s := range ev.Secrets {
		if s.Role == role {
			return evidence.Mark(s.Label)
		}
	}
	return "(no such secret)"
}

func errorOf(out *protocol.Outcome) string {
	if out.Error == nil {
		return "no error is named"
	}
	return strings.TrimSpace(out.Error.Class + " " + out.Error.Message)
}

var _ Stager = (*world.Lane)(nil)
