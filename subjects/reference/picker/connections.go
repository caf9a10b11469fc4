package picker

import (
	"github.com/agenta-ai/conform/subjects/reference/capability"
	"github.com/agenta-ai/conform/subjects/reference/vault"
)

// connection is a custom record that a harness reaches.
type connection struct {
	record             vault.Record
	name, kind, family string
}

// reachable is the one filter behind the model groups and the connection
// dropdown.
func reachable(h capability.Harness, records []vault.Record) []connection {
	var out []connection
	for _, r := range records {
		if r.Kind != vault.CustomProvider || r.Header.Name == "" {
			continue
		}
		if family, ok := h.ReachedFamily(r.Data.Kind); ok {
			out = append(out, connection{r, r.Header.Name, capability.Kind(r.Data.Kind), family})
		}
	}
	return out
}

// Connections gives the options of the connection dropdown. A provider narrows
// it to the connections of that family.
func Connections(h capability.Harness, records []vault.Record, provider string) []Option {
	var options []Option
	for _, c := range reachable(h, records) {
		if provider == "" || c.family == capability.Family(provider) {
			options = append(options, Option{
				Label: c.name, Value: c.name, Source: SourceConnection, Slug: c.name, Provider: c.family,
			})
		}
	}
	return options
}

// Entry is a vault record as the picker holds it.
type Entry struct {
	Type, Name, Provider, Title string
	Models                      []string
}

// Entries gives the records as the picker holds them: without credentials, with
// their models.
func Entries(records []vault.Record) []Entry {
	entries := make([]Entry, 0, len(records))
	for _, r := range records {
		e := Entry{Type: r.Kind, Name: r.Header.Name, Provider: capability.Kind(r.Data.Kind), Title: r.Header.Name}
		if e.Title == "" {
			e.Title = e.Provider
		}
		for _, m := range r.Data.Models {
			e.Models = append(e.Models, m.Slug)
		}
		entries = append(entries, e)
	}
	return entries
}
