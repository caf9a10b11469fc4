package subjectcheck

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/internal/world"
	"github.com/agenta-ai/conform/subjects/protocol"
)

// Stager stages scenarios; world.Lane is one.
type Stager interface {
	Stage(ctx context.Context, s world.Scenario) (*evidence.Evidence, error)
}

// Questions are scenarios by what they ask. Their answers are known beforehand
// by what the world does, not by any contract.
type Questions struct {
	Catalog, Envmap, Picker world.Scenario
	// Turn is a plain turn on a harness, with a named record of a key, that is
	// answered with this reply; staged for a subject of this description.
	Turn func(d protocol.Description, harness, reply string) world.Scenario
}

// Check asks the questions. The messages of the lane's driver must go through m.
func Check(ctx context.Context, lane Stager, m *Messages, q Questions) (Report, error) {
	c := checker{lane: lane, q: q}
	err := c.all(ctx)
	var invalid []string
	c.Messages, invalid = m.Result()
	for _, text := range invalid {
		c.broken(text)
	}
	return c.Report, err
}

type checker struct {
	Report
	lane Stager
	q    Questions
}

// stage asks one question. It reports false when the driver broke over it.
func (c *checker) stage(ctx context.Context, s world.Scenario) (*evidence.Evidence, bool, error) {
	ev, err := c.lane.Stage(ctx, s)
	if err != nil {
		return nil, false, err
	}
	if ev.Subject.Name != "" {
		c.Description = ev.Subject
	}
	if ev.Failure != nil {
		if len(c.Log) == 0 {
			c.Log = ev.Failure.Tail
		}
		text := ev.Failure.Part + ": " + ev.Failure.Cause
		if !slices.Contains(c.Broken, text) {
			c.broken(text)
		}
		return ev, false, nil
	}
	return ev, true, nil
}

func (c *checker) all(ctx context.Context) error {
	_, ok, err := c.stage(ctx, c.q.Envmap) // also starts the driver
	if err != nil || !ok {
		return err
	}
	c.describes()
	if err := c.documents(ctx); err != nil {
		return err
	}
	return c.turns(ctx)
}

// describes looks at the description itself.
func (c *checker) describes() {
	d := c.Description
	turns := c.claims(protocol.CapResolve) || c.claims(protocol.CapRun)
	switch {
	case len(d.Capabilities) == 0:
		c.broken("describe: no capability is claimed, so there is nothing to test")
	case turns && len(d.Harnesses) == 0:
		c.broken("describe: turns are claimed and no harness")
	}
	if len(d.Editions) == 0 {
		c.broken("describe: no edition is claimed, so no clause would apply")
	}
}

func (c *checker) claims(capability string) bool {
	return slices.Contains(c.Description.Capabilities, capability)
}

// documents asks for each document, claimed or not.
func (c *checker) documents(ctx context.Context) error {
	for _, doc := range []struct {
		capability string
		scenario   world.Scenario
		empty      func(*evidence.Evidence) string
	}{
		{protocol.CapCatalog, c.q.Catalog, emptyCatalog},
		{protocol.CapEnvmap, c.q.Envmap, emptyEnvmap},
		{protocol.CapPicker, c.q.Picker, emptyPicker},
	} {
		if !c.claims(doc.capability) {
			c.claim(doc.capability, Unclaimed, "")
			continue
		}
		ev, ok, err := c.stage(ctx, doc.scenario)
		switch {
		case err != nil:
			return err
		case !ok:
			c.claim(doc.capability, Refuted, "it gave no answer")
		case doc.empty(ev) != "":
			c.claim(doc.capability, Refuted, doc.empty(ev))
		default:
			c.claim(doc.capability, Proved, "")
		}
	}
	return nil
}

func emptyCatalog(ev *evidence.Evidence) string {
	if ev.Catalog == nil || len(ev.Catalog.Harnesses) == 0 {
		return "the catalog has no harness"
	}
	for _, name := range ev.Subject.Harnesses {
		if !slices.ContainsFunc(ev.Catalog.Harnesses, func(h protocol.Harness) bool { return h.Key == name }) {
			return "the catalog does not have " + name + ", which is claimed as a harness"
		}
	}
	return ""
}

func emptyEnvmap(ev *evidence.Evidence) string {
	if ev.Envmap == nil || len(ev.Envmap.Copies) == 0 {
		return "there is no copy of the map"
	}
	return ""
}

func emptyPicker(ev *evidence.Evidence) string {
	if ev.Picker == nil || len(ev.Picker.Groups) == 0 {
		return "the picker offers nothing"
	}
	return ""
}

// harness is the one that turns are asked on: the first of those that take a key
// of a known family.
func (c *checker) harness() string {
	for _, name := range []string{"pi_core", "pi_agenta", "claude", "codex"} {
		if slices.Contains(c.Description.Harnesses, name) {
			return name
		}
	}
	return ""
}

// list joins what was seen for a reader.
func list(format string, args ...any) string {
	return strings.Join(strings.Fields(fmt.Sprintf(format, args...)), " ")
}
