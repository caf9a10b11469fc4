package world

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/fakes/daytona"
	"github.com/agenta-ai/conform/fakes/daytona/machine"
	"github.com/agenta-ai/conform/fakes/daytona/machine/process"
	"github.com/agenta-ai/conform/fakes/pi/flight"
)

// Sandboxes make machines that are no part of their lane, such as containers.
// Whatever Pi leaves on them comes through here.
type Sandboxes interface {
	machine.Maker
	// Landed does for the machines, those that are gone too, what [Flights.Landed]
	// does for one computer.
	Landed(ctx context.Context) (records []flight.Record, outlived []int, err error)
	// Forget drops records that nobody has taken.
	Forget()
}

// Furniture is what a lane puts into each of its sandboxes.
type Furniture struct {
	Authority []byte                // certificate of the run's authority, as PEM
	Sidecar   func() flight.Sidecar // of Pi, as it is now; its Records lie in the lane
	Path      []string              // folders of interpreters
}

// Trusting are variables that make programs trust the authority in a file and
// keep them off the network.
func Trusting(ca string) []string {
	return []string{"NODE_EXTRA_CA_CERTS=" + ca, "SSL_CERT_FILE=" + ca, "REQUESTS_CA_BUNDLE=" + ca, "PI_OFFLINE=1"}
}

// sandboxes is the lane's sandbox cloud. Its sandboxes have the lane's Pi, know
// the run's authority, and leave by the same fake providers as the lane itself.
func (l *Lane) sandboxes() *daytona.Server {
	o := daytona.Options{Authority: l.world.authority, Placeholder: canary, Log: l.log}
	if l.world.Sandboxes != nil {
		l.apart = l.world.Sandboxes(Furniture{
			Authority: l.world.authority.PEM(), Sidecar: func() flight.Sidecar { return *l.sidecar }, Path: l.world.Subject.Path,
		})
		o.Machines = l.apart
	} else {
		o.Machines = process.Maker{
			Dir: filepath.Join(l.dir.root, "sandboxes"), Path: append([]string{l.dir.bin}, l.world.Subject.Path...), Env: Trusting(l.world.caFile),
		}
	}
	return daytona.New(o)
}

// parked reports whether every sandbox is gone.
func (l *Lane) parked() bool {
	return !slices.ContainsFunc(l.cloud.Sandboxes(), func(b daytona.Sandbox) bool { return b.State != daytona.Destroyed })
}

// clouds keeps what the sandbox cloud saw, and tells processes in sandboxes as
// they see themselves. What stands for a secret in a sandbox is marked, so that
// it is known wherever it turns up.
func (st *staging) clouds() []evidence.Known {
	l := st.lane
	calls := l.cloud.Journal()
	if len(calls) == 0 {
		return nil
	}
	c := &evidence.Cloud{Calls: calls, Sandboxes: l.cloud.Sandboxes(), Secrets: l.cloud.Secrets()}
	st.ev.Cloud = c
	st.ev.Egress = append(st.ev.Egress, l.cloud.Egress()...)
	for i := range st.ev.Processes {
		r := &st.ev.Processes[i]
		l.inside(r)
		if files := l.cloud.Files(sandboxOf(r)); files != nil {
			c.Left = append(c.Left, survey(files, r.AgentDir)...)
		}
	}
	var known []evidence.Known
	for i, secret := range c.Secrets {
		name := fmt.Sprintf("%d", i)
		for _, b := range c.Sandboxes {
			for variable, of := range b.Secrets {
				if of == secret.Name {
					name = variable
				}
			}
		}
		label := string(evidence.RolePlaceholder) + ":" + name
		st.ev.Secrets = append(st.ev.Secrets, evidence.Secret{Label: label, Role: evidence.RolePlaceholder, Name: name})
		known = append(known, evidence.Known{Label: label, Value: secret.Placeholder[len(daytona.PlaceholderPrefix):]})
	}
	return known
}

// sandboxOf is the id of the sandbox that a process ran in, "" for none.
func sandboxOf(r *flight.Record) string {
	for _, v := range r.Env {
		if v.Name == "DAYTONA_SANDBOX_ID" {
			return v.Value
		}
	}
	return ""
}

// inside rewrites a process's own paths as it sees them in its sandbox.
func (l *Lane) inside(r *flight.Record) {
	r.AgentDir, r.Cwd = l.cloud.Inside(r.AgentDir), l.cloud.Inside(r.Cwd)
	r.Argv = slices.Clone(r.Argv)
	for i := range r.Argv {
		r.Argv[i] = l.cloud.Inside(r.Argv[i])
	}
	for i := range r.Env {
		r.Env[i].Value = l.cloud.Inside(r.Env[i].Value)
	}
}
