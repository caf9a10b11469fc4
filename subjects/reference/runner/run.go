package runner

import (
	"context"
	"errors"
	"fmt"

	"github.com/agenta-ai/conform/subjects/reference/envvars"
	"github.com/agenta-ai/conform/subjects/reference/runner/agentdir"
	"github.com/agenta-ai/conform/subjects/reference/runner/daytona"
	"github.com/agenta-ai/conform/subjects/reference/runner/environ"
	"github.com/agenta-ai/conform/subjects/reference/runner/model"
	"github.com/agenta-ai/conform/subjects/reference/runner/pirpc"
	"github.com/agenta-ai/conform/subjects/reference/secret"
	"github.com/agenta-ai/conform/subjects/reference/wire"
)

// Run does one turn and gives its reply. When it returns, the process has ended
// and the run's folders are gone, whatever happened. The sink hears events as
// they come; nil collects them in the reply.
func (r *Runner) Run(ctx context.Context, req wire.Request, sink func(wire.Event)) wire.Reply {
	p, err := r.plan(req)
	if err != nil {
		return rejected(req, err)
	}
	ctx, cancel := context.WithTimeout(ctx, turnLimit)
	defer cancel()
	t := newTurn(secret.NewRedactor(r.secrets(p)...), sink)
	err = r.turn(ctx, p, t)
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		err = fmt.Errorf("the turn took longer than %s", turnLimit)
	case err == nil:
		err = t.failure()
	}
	if err != nil {
		return t.failed(p, err, r.Log)
	}
	return t.reply(p)
}

// turn starts Pi where the run wants it and prompts it.
func (r *Runner) turn(ctx context.Context, p plan, t *turn) error {
	pi, leave, err := r.place(p).open(ctx, p)
	defer leave()
	if err != nil {
		return err
	}
	defer pi.Close()
	if err := model.Select(session{pi}, p.want(r.Strict), r.Log); err != nil {
		return err
	}
	return pi.Prompt(prompt(p.Messages), t)
}

// A place is where the Pi of a run lives.
type place interface {
	// open makes what the run needs and starts Pi. leave, which is never nil,
	// takes it all away once Pi has ended.
	open(ctx context.Context, p plan) (pi *pirpc.Client, leave func(), err error)
}

func (r *Runner) place(p plan) place {
	if p.Sandbox == sandboxDaytona {
		return &cloud{Runner: r, client: daytona.NewClient(r.Daytona.API, r.Daytona.Key)}
	}
	return local{r}
}

// secrets are the texts that nothing which leaves the runner may hold: the
// run's own, the runner's, and the operator's.
func (r *Runner) secrets(p plan) []string {
	found := append(agentdir.LoginSecrets(r.Operator), r.Token, r.Daytona.Key)
	for name, value := range p.Secrets {
		if envvars.Credential(name) {
			found = append(found, value)
		}
	}
	if !p.managed {
		found = append(found, environ.Credentials(r.Environ)...)
	}
	return found
}

func (r *Runner) discard(what string, remove func() error) {
	if err := remove(); err != nil {
		r.Log.Error("a folder of a run could not be removed", "folder", what, "error", err)
	}
}
