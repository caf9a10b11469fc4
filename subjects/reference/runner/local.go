package runner

import (
	"context"
	"os"

	"github.com/agenta-ai/conform/subjects/reference/runner/agentdir"
	"github.com/agenta-ai/conform/subjects/reference/runner/environ"
	"github.com/agenta-ai/conform/subjects/reference/runner/pirpc"
)

// local runs Pi on the runner's own machine.
type local struct{ *Runner }

func (r local) open(ctx context.Context, p plan) (pi *pirpc.Client, leave func(), err error) {
	var made []func()
	leave = func() {
		for i := range made {
			made[len(made)-1-i]()
		}
	}
	work, err := r.workdir(p)
	if err != nil {
		return nil, leave, err
	}
	made = append(made, func() { r.discard("working folder", func() error { return os.RemoveAll(work) }) })
	agentDir := r.Operator
	if p.private() {
		dir, err := agentdir.Create(r.folder(p))
		if err != nil {
			return nil, leave, err
		}
		made = append(made, func() { r.discard("private agent folder", dir.Remove) })
		agentDir = dir.Path()
	}
	pi, err = pirpc.Start(ctx, pirpc.Command{Path: r.PiCommand, Args: p.arguments(work), Dir: work, Env: environ.Build(r.Environ, p.environ(agentDir))})
	return pi, leave, err
}

// environ is what the run adds to the environment of Pi.
func (p plan) environ(agentDir string) environ.Spec {
	return environ.Spec{
		AgentDir: agentDir, Secrets: p.Secrets, Inherited: !p.managed,
		IDs: map[string]string{
			"AGENTA_SESSION_ID": p.SessionID, "AGENTA_TURN_ID": p.TurnID, "AGENTA_PROJECT_ID": p.ProjectID,
		},
	}
}
