package service

import (
	"log/slog"
	"net/http"

	"github.com/agenta-ai/conform/subjects/reference/capability"
	"github.com/agenta-ai/conform/subjects/reference/direct"
	"github.com/agenta-ai/conform/subjects/reference/edition"
	"github.com/agenta-ai/conform/subjects/reference/gate"
	"github.com/agenta-ai/conform/subjects/reference/resolve"
	"github.com/agenta-ai/conform/subjects/reference/vault"
)

// Config is what a service is deployed with.
type Config struct {
	Edition     edition.Edition
	APIBase     string // of the platform; the vault lies below it
	RunnerURL   string // the one address that run requests go to
	RunnerToken string // "" sends none
	Log         *slog.Logger
}

// Service answers turns.
type Service struct {
	edition  edition.Edition
	table    *capability.Table
	resolver *resolve.Resolver
	runner   *runnerClient
	log      *slog.Logger
}

// New makes a service.
func New(config Config) *Service {
	table := capability.NewTable(config.Edition)
	return &Service{
		edition: config.Edition,
		table:   table,
		resolver: &resolve.Resolver{
			Vault: vault.NewClient(config.APIBase, direct.NewClient(vault.DefaultTimeout)),
			Gate:  gate.New(table),
			Table: table, Edition: config.Edition,
		},
		runner: newRunnerClient(config.RunnerURL, config.RunnerToken),
		log:    config.Log,
	}
}

// Resolver is what the service resolves connections with.
func (s *Service) Resolver() *resolve.Resolver { return s.resolver }

// Handler serves the service's routes.
func (s *Service) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /invoke", s.invoke)
	mux.HandleFunc("GET /workflows/catalog/harnesses/{$}", s.harnesses)
	mux.HandleFunc("GET /workflows/catalog/harnesses/{key}", s.harness)
	mux.HandleFunc("GET /workflows/catalog/schema/", s.schema)
	return mux
}
