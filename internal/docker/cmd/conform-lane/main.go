// Command conform-lane is the agent in a lane's container, see package
// internal/docker/agent, and under the names sh and bash the container's shell.
package main

import (
	"context"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/agenta-ai/conform/internal/docker/agent"
	"github.com/agenta-ai/conform/internal/docker/shell"
)

func main() {
	if name := filepath.Base(os.Args[0]); name == "sh" || name == "bash" {
		os.Exit(shell.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	if err := agent.Serve(ctx, os.Stdin, os.Stdout, log); err != nil {
		log.Error("the lane's agent ended", "error", err)
		os.Exit(1)
	}
}
