package main

import (
	"context"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/agenta-ai/conform/subjects/reference/driver"
)

func main() {
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// A signal ends the conversation as the end of the input does, so that no run
	// stays behind. A read of stdin itself could not be interrupted.
	in, feed := io.Pipe()
	context.AfterFunc(ctx, func() { feed.Close() })
	go func() {
		_, err := io.Copy(feed, os.Stdin)
		feed.CloseWithError(err)
	}()
	system := driver.New(os.Environ(), log)
	if len(os.Args) > 1 && os.Args[1] == "service" {
		var harnesses []string
		if len(os.Args) > 2 {
			harnesses = strings.Split(os.Args[2], ",")
		}
		system = driver.NewService(os.Environ(), log, harnesses...)
	}
	if err := system.Serve(ctx, in, os.Stdout); err != nil && ctx.Err() == nil {
		log.Error("the driver ended", "error", err)
		os.Exit(1)
	}
}
