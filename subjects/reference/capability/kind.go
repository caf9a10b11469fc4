package capability

import (
	"strings"

	"github.com/agenta-ai/conform/subjects/reference/envvars"
)

// The deployments: a closed set of surfaces. Custom is one of them in the
// editions that keep it.
const (
	Direct  = "direct"
	Custom  = "custom"
	Azure   = "azure"
	Bedrock = "bedrock"
	Vertex  = "vertex"
)

// KindCustom is the kind of a record that belongs to no vendor.
const KindCustom = "custom"

// Kind gives the one spelling of a record's kind.
func Kind(stored string) string { return strings.ToLower(strings.TrimSpace(stored)) }

// Deployment gives the surface that a connection of a kind is reached through.
// A kind outside the map has none.
func Deployment(kind string) (string, bool) {
	if _, known := envvars.Name(kind); known || kind == KindCustom {
		return Direct, true
	}
	switch surface := Surface(kind); surface {
	case Azure, Bedrock, Vertex:
		return surface, true
	}
	return "", false
}

// Surface gives the one spelling of a deployment.
func Surface(name string) string {
	if name == "vertex_ai" {
		return Vertex
	}
	return name
}

// Cloud says whether a name is a cloud surface rather than a vendor.
func Cloud(name string) bool {
	surface, ok := Deployment(name)
	return ok && surface != Direct
}

// Family gives the vendor that a provider or a kind stands for. Two spellings
// of Mistral are one family; kind custom belongs to none.
func Family(name string) string {
	switch name = Kind(name); name {
	case "mistralai":
		return "mistral"
	case KindCustom:
		return ""
	}
	return Surface(name)
}
