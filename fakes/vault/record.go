package vault

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// The record kinds that hold a connection to a model provider.
const (
	KindKey    = "provider_key"
	KindCustom = "custom_provider"
)

// Record is one stored secret as the list route serves it.
type Record struct {
	ID        string    `json:"id"`
	Slug      string    `json:"slug,omitempty"`
	Kind      string    `json:"kind"` // provider_key, custom_provider, or a kind that is no connection
	Data      Data      `json:"data"`
	Header    Header    `json:"header"`
	Lifecycle Lifecycle `json:"lifecycle,omitzero"`
}

// Data is what a record holds.
type Data struct {
	Kind     string   `json:"kind"` // provider kind, such as "openrouter"
	Provider Provider `json:"provider"`
	// Models of a custom provider. On a provider_key nil means the provider's own
	// list and an empty one means none.
	Models []Model `json:"models,omitzero"`
	// ProviderSlug and ModelKeys are computed on reply for a custom_provider, from
	// the name in the header, never from the slug; leave them empty.
	ProviderSlug string   `json:"provider_slug,omitempty"`
	ModelKeys    []string `json:"model_keys,omitzero"`
}

// Provider is the credential and the address of a connection.
type Provider struct {
	URL     string         `json:"url,omitempty"`
	Version string         `json:"version,omitempty"`
	Key     string         `json:"key,omitempty"`
	Extras  map[string]any `json:"extras,omitempty"`
}

// Model is one model that a record lists.
type Model struct {
	Slug   string         `json:"slug"`
	Extras map[string]any `json:"extras,omitempty"`
}

// Header carries what the user sees of a record.
type Header struct {
	Name        string `json:"name,omitempty"`
	Description string `json:"description,omitempty"`
}

// Lifecycle says when a record was written, in the platform's time format.
type Lifecycle struct {
	CreatedAt string `json:"created_at,omitempty"`
	UpdatedAt string `json:"updated_at,omitempty"`
}

// Key returns a provider_key record whose slug is its name.
func Key(name, kind, key string) Record {
	return record(KindKey, name, Data{Kind: kind, Provider: Provider{Key: key}})
}

// Custom returns a custom_provider record whose slug is its name.
func Custom(name, kind string, provider Provider, models ...string) Record {
	data := Data{Kind: kind, Provider: provider, Models: make([]Model, len(models))}
	for i, slug := range models {
		data.Models[i].Slug = slug
	}
	return record(KindCustom, name, data)
}

func record(kind, name string, data Data) Record {
	return Record{
		// Twins share everything but their credential or models, so those are part
		// of the identity; a digest gives neither away.
		ID:        identity(kind, name, data),
		Slug:      name,
		Kind:      kind,
		Data:      data,
		Header:    Header{Name: name},
		Lifecycle: Lifecycle{CreatedAt: "2026-07-01T09:00:00Z", UpdatedAt: "2026-07-01T09:00:00Z"},
	}
}

// identity makes an id in the shape of a random UUID that is the same in each run.
func identity(kind, name string, data Data) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %q %+v", kind, name, data))
	sum[6] = sum[6]&0x0f | 0x40 // version 4
	sum[8] = sum[8]&0x3f | 0x80 // variant of RFC 9562
	h := hex.EncodeToString(sum[:16])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// served is the record with the members that the platform computes on reply.
func (r Record) served() Record {
	if r.Kind != KindCustom {
		return r
	}
	r.Data.ProviderSlug = r.Header.Name
	r.Data.ModelKeys = make([]string, len(r.Data.Models))
	for i, model := range r.Data.Models {
		r.Data.ModelKeys[i] = r.Header.Name + "/" + r.Data.Kind + "/" + model.Slug
	}
	if r.Data.Models == nil {
		r.Data.Models = []Model{}
	}
	return r
}
