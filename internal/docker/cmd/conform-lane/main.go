// Command conform-lane is the agent in a lane's container, see package
// internal/docker/agent; with the argument "sandbox" the agent in the container
// of a sandbox, see package internal/docker/sandbox; and under the names sh and
// bash the shell of both.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/hashicorp/yamux"

	"github.com/agenta-ai/conform/internal/docker/agent"
	"github.com/agenta-ai/conform/internal/docker/sandbox"
	"github.com/agenta-ai/conform/internal/docker/shell"
	"github.com/agenta-ai/conform/internal/docker/wire"
	"github.com/agenta-ai/conform/internal/world"
)

func main() {
	if name := filepath.Base(os.Args[0]); name == "sh" || name == "bash" {
		os.Exit(shell.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	serve := lane
	if len(os.Args) > 1 && os.Args[1] == "sandbox" {
		serve = func(ctx context.Context, pipes wire.Pipes, _ *slog.Logger) error { return sandbox.Serve(ctx, pipes) }
	}
	if err := serve(ctx, wire.Pipes{Reader: os.Stdin, Writer: os.Stdout}, log); err != nil {
		log.Error("the agent ended", "error", err)
		os.Exit(1)
	}
}

// lane divides the container's pipes into the conversation with conform, which
// the keeper opens first, and those about sandboxes.
func lane(ctx context.Context, pipes wire.Pipes, log *slog.Logger) error {
	streams, err := yamux.Server(pipes, wire.Streams())
	if err != nil {
		return fmt.Errorf("divide the container's pipes: %w", err)
	}
	talk, err := streams.AcceptStream()
	if err != nil {
		return fmt.Errorf("wait for the keeper: %w", err)
	}
	err = agent.Serve(ctx, agent.Options{
		In: talk, Out: talk, Log: log,
		Sandboxes: func(f world.Furniture) world.Sandboxes {
			return sandbox.NewMaker(func() (net.Conn, error) { return streams.Open() }, f)
		},
	})
	_ = talk.Close()
	return err
}
