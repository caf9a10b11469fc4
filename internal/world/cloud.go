package world

import (
	"fmt"
	"path/filepath"
	"slices"

	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/fakes/daytona"
	"github.com/agenta-ai/conform/fakes/daytona/machine/process"
	"github.com/agenta-ai/conform/fakes/pi/flight"
)

// sandboxes is the lane's sandbox cloud. Its sandboxes have the lane's Pi, know
// the run's authority, and leave by the same fake providers as the lane itself.
func (l *Lane) sandboxes() *daytona.Server {
	ca := l.world.caFile
	return daytona.New(daytona.Options{
		Machines: process.Maker{
			Dir: filepath.Join(l.dir.root, "sandboxes"), Path: append([]string{l.dir.bin}, l.world.Subject.Path...),
			Env: []string{"NODE_EXTRA_CA_CERTS=" + ca, "SSL_CERT_FILE=" + ca, "REQUESTS_CA_BUNDLE=" + ca, "PI_OFFLINE=1"},
		},
		Authority: l.world.authority, Placeholder: canary, Log: l.log,
	})
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
		if dir := r.AgentDir; dir != l.cloud.Inside(dir) {
			c.Left = append(c.Left, snapshot(dir, l.cloud.Inside(dir)+"/")...)
		}
		l.inside(r)
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
