// Command gen writes the catalogue of one version of Pi, from an installation
// of it by npm, for --play-catalog, or to see what has changed:
//
//	go run ./fakes/pi/catalog/gen -pi FOLDER >VERSION.tsv
//
// To build a version into the fake there is internal/pidist/addversion.
//
// FOLDER is where npm was run: node_modules lies in it. conform's own cache has
// such folders (pi/VERSION below the user's cache folder, after a run with
// --pi real@VERSION). A Node that npm put beside Pi is preferred to the
// machine's, because Pi needs a new one.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"

	"github.com/agenta-ai/conform/fakes/pi/catalog"
	"github.com/agenta-ai/conform/fakes/pi/catalog/extract"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("gen: ")
	root := flag.String("pi", "", "folder with the node_modules of an installed Pi")
	node := flag.String("node", "", "the Node to run it with (default: the one beside it, else the machine's)")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	text, err := write(ctx, *root, *node)
	if err != nil {
		log.Fatal(err)
	}
	if _, err := os.Stdout.Write(text); err != nil {
		log.Fatal(err)
	}
}

func write(ctx context.Context, root, node string) ([]byte, error) {
	if root == "" {
		return nil, errors.New("-pi FOLDER is needed")
	}
	modules, err := filepath.Abs(filepath.Join(root, "node_modules"))
	if err != nil {
		return nil, err
	}
	if node == "" {
		if node, err = findNode(modules); err != nil {
			return nil, err
		}
	}
	facts, err := extract.Ask(ctx, node, filepath.Join(modules, "@earendil-works", "pi-coding-agent"))
	if err != nil {
		return nil, err
	}
	text, err := facts.Format()
	if err != nil {
		return nil, err
	}
	if _, err := catalog.Parse(string(text)); err != nil {
		return nil, fmt.Errorf("what was written cannot be read: %w", err)
	}
	return text, nil
}

func findNode(modules string) (string, error) {
	beside, err := filepath.Glob(filepath.Join(modules, "node-*", "bin", "node"))
	if err == nil && len(beside) > 0 {
		return beside[0], nil
	}
	return exec.LookPath("node")
}
