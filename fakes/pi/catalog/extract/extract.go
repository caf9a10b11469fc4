package extract

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed" // the questions
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"strings"

	"github.com/agenta-ai/conform/fakes/pi/catalog"
)

//go:embed facts.mjs
var questions string

// Facts are what one version of Pi knows of its built-in providers.
type Facts struct {
	Version   string              `json:"version"`
	Order     []string            `json:"order"` // in which Pi looks for a model to start with
	Providers map[string]Provider `json:"providers"`
	Models    []catalog.Model     `json:"models"` // in the order in which Pi lists them
	Words     Words               `json:"words"`
}

// Words are the sizes of the texts that Pi writes to models by itself.
type Words struct {
	Prompt catalog.Prompt `json:"prompt"`
	Tools  []catalog.Tool `json:"tools"`
}

// Provider is one of them. Variables are alternatives, each one name or several
// joined by "+".
type Provider struct {
	Env          []string `json:"env"`   // variables that are enough alone
	Key          *string  `json:"key"`   // variables that a key needs beside it; nil if a key is no use
	Login        bool     `json:"login"` // Pi knows how to log in to it
	DefaultModel string   `json:"defaultModel"`
}

// Digest tells one way of asking from another: what was made in another way is not
// what would be made now.
func Digest() string {
	sum := sha256.Sum256([]byte(questions))
	return hex.EncodeToString(sum[:4])
}

// Ask asks the Pi that is installed in a folder, which is that of its npm
// package, by means of a Node that can run it.
func Ask(ctx context.Context, node, dir string) (Facts, error) {
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, node, "--input-type=module", "-", dir)
	cmd.Stdin = strings.NewReader(questions)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return Facts{}, fmt.Errorf("ask the Pi in %s: %w\n%s", dir, err, bytes.TrimSpace(stderr.Bytes()))
	}
	var f Facts
	if err := json.Unmarshal(stdout.Bytes(), &f); err != nil {
		return Facts{}, fmt.Errorf("ask the Pi in %s: %w", dir, err)
	}
	if len(f.Models) == 0 {
		return Facts{}, fmt.Errorf("ask the Pi in %s: %w", dir, errors.New("it lists no models"))
	}
	return f, nil
}
