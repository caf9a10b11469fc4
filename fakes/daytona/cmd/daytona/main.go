// Command daytona serves the fake sandbox cloud on loopback until it is
// interrupted. Sandboxes are folders and processes of this computer, and go out
// as those do.
//
//	daytona --key test-key
//	DAYTONA_API_URL=http://127.0.0.1:3986/api DAYTONA_API_KEY=test-key my-program
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"

	"github.com/agenta-ai/conform/fakes/daytona"
	"github.com/agenta-ai/conform/fakes/daytona/machine/process"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run serves until ctx ends and returns the exit code: 0, 2 for a mistake in
// the arguments, 1 for everything else.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("daytona", flag.ContinueOnError)
	flags.SetOutput(stderr)
	listen := flags.String("listen", "127.0.0.1:3986", "`address` to serve on")
	key := flags.String("key", "", "the API `key` that callers must show")
	dir := flags.String("dir", "", "`folder` for sandboxes; a temporary one if empty")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	if *key == "" || flags.NArg() > 0 {
		fmt.Fprintln(stderr, "daytona: give --key and nothing besides flags")
		return 2
	}
	if err := serve(ctx, *listen, *key, *dir, stdout, slog.New(slog.NewTextHandler(stderr, nil))); err != nil {
		fmt.Fprintln(stderr, "daytona:", err)
		return 1
	}
	return 0
}

func serve(ctx context.Context, listen, key, dir string, stdout io.Writer, log *slog.Logger) error {
	if dir == "" {
		temp, err := os.MkdirTemp("", "daytona-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(temp)
		dir = temp
	}
	l, err := net.Listen("tcp", listen)
	if err != nil {
		return err
	}
	cloud := daytona.New(daytona.Options{Machines: process.Maker{Dir: dir}, Log: log})
	cloud.Accept(key)
	server := &http.Server{Handler: cloud}
	context.AfterFunc(ctx, func() { server.Close() })
	fmt.Fprintf(stdout, "http://%s/api\n", l.Addr())
	err = server.Serve(l)
	cloud.Close()
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}
