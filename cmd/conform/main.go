// Command conform is the contract test for the path from a stored secret to the
// bytes at the model provider. See the README.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/agenta-ai/conform/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	os.Exit(cli.Main(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
