// Command conform-keeper owns the containers of a run; see package
// internal/docker/keeper.
package main

import (
	"context"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/agenta-ai/conform/internal/docker/keeper"
)

func main() {
	// It ends when conform lets go of it, and not before: what interrupts conform
	// must not keep the keeper from removing what the run made.
	signal.Ignore(os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGPIPE)
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	if err := keeper.Serve(context.Background(), os.Stdin, os.Stdout, log); err != nil {
		log.Error("the keeper ended", "error", err)
		os.Exit(1)
	}
}
