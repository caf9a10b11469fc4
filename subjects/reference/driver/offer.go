package driver

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/agenta-ai/conform/subjects/reference/driver/shape"
	"github.com/agenta-ai/conform/subjects/reference/envvars"
	"github.com/agenta-ai/conform/subjects/reference/picker"
	"github.com/agenta-ai/conform/subjects/reference/resolve"
	"github.com/agenta-ai/conform/subjects/reference/service"
)

// catalog reads the service's catalog and its configuration schema.
func (d *Driver) catalog(ctx context.Context, s *system) (shape.Catalog, error) {
	var doc service.Catalog
	if err := d.get(ctx, s.front.URL()+"/workflows/catalog/harnesses/", &doc); err != nil {
		return shape.Catalog{}, err
	}
	var schema service.Schema
	if err := d.get(ctx, s.front.URL()+"/workflows/catalog/schema/", &schema); err != nil {
		return shape.Catalog{}, err
	}
	var out shape.Catalog
	for _, e := range doc.Harnesses {
		c := e.Capabilities
		h := shape.Harness{
			Key: e.Key, Providers: c.Providers, Deployments: c.Deployments, ConnectionModes: c.ConnectionModes,
			ModelSelection: c.ModelSelection, Models: c.Models,
		}
		for _, g := range schema.Choices[e.Key] {
			group := shape.OptionGroup{Label: g.Label}
			for _, choice := range g.Choices {
				group.Options = append(group.Options, shape.Option{Label: choice.Label, Value: choice.Value, Provider: choice.Provider})
			}
			h.ModelChoices = append(h.ModelChoices, group)
		}
		out.Harnesses = append(out.Harnesses, h)
	}
	return out, nil
}

// picker plays the user's browser: it reads the catalog and the vault itself.
func (d *Driver) picker(ctx context.Context, s *system, q shape.PickerQuery) (shape.Picker, error) {
	var doc struct {
		Harness service.Entry `json:"harness"`
	}
	if err := d.get(ctx, s.front.URL()+"/workflows/catalog/harnesses/"+q.Harness, &doc); err != nil {
		return shape.Picker{}, err
	}
	records, err := s.vault.List(ctx, q.Credential)
	if err != nil {
		return shape.Picker{}, fmt.Errorf("read the connections: %w", err)
	}
	h := doc.Harness.Capabilities
	out := shape.Picker{
		Groups: []shape.OptionGroup{}, Connections: options(picker.Connections(h, records, q.Provider)), Entries: []shape.PickerEntry{},
	}
	for _, g := range picker.Groups(h, records) {
		out.Groups = append(out.Groups, shape.OptionGroup{Label: g.Label, Options: options(g.Options)})
	}
	for _, e := range picker.Entries(records) {
		out.Entries = append(out.Entries, shape.PickerEntry(e))
	}
	return out, nil
}

func options(from []picker.Option) []shape.Option {
	out := make([]shape.Option, 0, len(from))
	for _, o := range from {
		option := shape.Option{Label: o.Label, Value: o.Value, Source: o.Source, Slug: o.Slug, Provider: o.Provider}
		if o.LLM != nil {
			option.LLM, _ = json.Marshal(o.LLM) // texts only: cannot fail
		}
		out = append(out, option)
	}
	return out
}

func (d *Driver) get(ctx context.Context, url string, doc any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return fmt.Errorf("read the catalog: %w", err)
	}
	resp, err := d.http.Do(req)
	if err != nil {
		return fmt.Errorf("read the catalog: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("read the catalog: HTTP %d", resp.StatusCode)
	}
	if err := json.NewDecoder(resp.Body).Decode(doc); err != nil {
		return fmt.Errorf("read the catalog: %w", err)
	}
	return nil
}

// envmap asks each reader of the map for every provider.
func envmap() shape.Envmap {
	return shape.Envmap{
		Copies: []shape.EnvCopy{
			{Name: "vault", Vars: envvars.Copy(envvars.Name)},
			{Name: "offline", Vars: envvars.Copy(resolve.OfflineVar)},
			{Name: "dump", Vars: envvars.Copy(resolve.DumpVar)},
			{Name: "completion", Vars: envvars.Copy(envvars.Completion)},
		},
		Cleared: envvars.Cleared(),
	}
}
