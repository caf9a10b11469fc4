package builtin

import (
	"context"
	"fmt"
	"os"

	"github.com/agenta-ai/conform/subjects/reference/envvars"
	"github.com/agenta-ai/conform/subjects/reference/runner/environ"
	"github.com/agenta-ai/conform/subjects/reference/runner/pirpc"
)

// placeholder is what every key is while Pi is asked: enough to be listed, and
// of no use to anyone.
const placeholder = "detection-only"

// Catalog is the built-in models of one Pi.
type Catalog struct {
	known map[pirpc.Model]struct{}
	first map[string]string // provider → the id it lists first
	at    map[string]string // provider → the address of that id
}

// Ask starts Pi once, in a folder of its own with nothing in it, and asks for
// what it offers when every provider of the platform has a key.
func Ask(ctx context.Context, piCommand, temp string, parent []string) (*Catalog, error) {
	folder, err := os.MkdirTemp(temp, "agenta-pi-detect-*")
	if err != nil {
		return nil, fmt.Errorf("ask pi for its models: %w", err)
	}
	defer os.RemoveAll(folder)
	keys := map[string]string{}
	for _, variable := range envvars.Copy(envvars.Name) {
		keys[variable] = placeholder
	}
	client, err := pirpc.Start(ctx, pirpc.Command{
		Path: piCommand, Dir: folder,
		Env: environ.Build(parent, environ.Spec{AgentDir: folder, Secrets: keys}),
	})
	if err != nil {
		return nil, fmt.Errorf("ask pi for its models: %w", err)
	}
	models, err := client.Models()
	client.Close()
	if err != nil {
		return nil, fmt.Errorf("ask pi for its models: %w", err)
	}
	c := &Catalog{known: make(map[pirpc.Model]struct{}, len(models)), first: make(map[string]string), at: make(map[string]string)}
	for _, m := range models {
		c.known[pirpc.Model{Provider: m.Provider, ID: m.ID}] = struct{}{}
		if _, ok := c.first[m.Provider]; !ok {
			c.first[m.Provider], c.at[m.Provider] = m.ID, m.BaseURL
		}
	}
	return c, nil
}

// First gives the id that Pi lists first for a provider, "" if it knows none.
func (c *Catalog) First(piProvider string) string { return c.first[piProvider] }

// Address is where Pi itself sends a provider's requests, "" if it does not say.
func (c *Catalog) Address(piProvider string) string { return c.at[piProvider] }

// Has says whether Pi knows the id of a provider by itself.
func (c *Catalog) Has(piProvider, id string) bool {
	_, ok := c.known[pirpc.Model{Provider: piProvider, ID: id}]
	return ok
}
