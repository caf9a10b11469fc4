package runner

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/agenta-ai/conform/subjects/reference/runner/builtin"
)

// TokenVariable holds the token that a caller must show, if it is set.
const TokenVariable = "AGENTA_RUNNER_TOKEN"

// turnLimit is how long one turn may take.
const turnLimit = 15 * time.Minute

// Config is what a runner is deployed with.
type Config struct {
	PiCommand string   // the pi executable
	Operator  string   // the operator's own agent folder; "" is Pi's default
	Temp      string   // root of everything temporary; "" is the system's
	Token     string   // "" asks callers for none
	Strict    bool     // a run must not use another model than the one asked for
	Environ   []string // the environment that the runner was started with
	Daytona   Daytona
	Log       *slog.Logger
}

// The sandboxes that a run can ask for.
const (
	sandboxLocal   = "local"
	sandboxDaytona = "daytona"
)

// DefaultSandboxPiDir is Pi's folder in a sandbox when nothing else is said.
const DefaultSandboxPiDir = "/home/sandbox/.pi/agent"

// Daytona is the sandbox cloud that a runner is deployed with, if any.
type Daytona struct {
	API          string // "" has no cloud
	Key          string
	Snapshot     string // that sandboxes are made of; "" is the cloud's default
	PiDir        string // Pi's folder in sandboxes; "" is [DefaultSandboxPiDir]
	PlainSecrets bool   // keys go into the environment of sandboxes as they are
}

// ready says whether there is a cloud to run in.
func (d Daytona) ready() bool { return d.API != "" && d.Key != "" }

// Runner runs agents on this machine and in the sandbox cloud.
type Runner struct {
	Config
	builtIn *builtin.Catalog
}

// New makes a runner. It asks Pi for its built-in models, so a runner whose Pi
// does not start says so at once.
func New(ctx context.Context, config Config) (*Runner, error) {
	if config.Temp == "" {
		config.Temp = os.TempDir()
	}
	if config.Operator == "" {
		config.Operator = defaultFolder(config.Environ)
	}
	known, err := builtin.Ask(ctx, config.PiCommand, config.Temp, config.Environ)
	if err != nil {
		return nil, fmt.Errorf("start the runner: %w", err)
	}
	return &Runner{Config: config, builtIn: known}, nil
}

// defaultFolder is where Pi looks when nobody tells it.
func defaultFolder(environ []string) string {
	for _, pair := range environ {
		if home, ok := strings.CutPrefix(pair, "HOME="); ok && home != "" {
			return filepath.Join(home, ".pi", "agent")
		}
	}
	return ""
}
