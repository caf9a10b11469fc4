package model

import "strings"

// Option is one choice of a session: adapters give a value, older ones an id.
type Option struct {
	Value string `json:"value"`
	ID    string `json:"id"`
}

// Allowed gives the models that a session offers, as provider/id.
func Allowed(options []Option) []string {
	allowed := make([]string, 0, len(options))
	for _, o := range options {
		name := o.Value
		if name == "" {
			name = o.ID
		}
		if name != "" {
			allowed = append(allowed, name)
		}
	}
	return allowed
}

// Pick finds the one allowed model that a wanted id stands for: the same, one
// whose id is the wanted one, or one whose id is the wanted one without its
// first part. With a provider the pick stays within it.
func Pick(provider, wanted string, allowed []string) (string, bool) {
	if wanted == "" {
		return "", false
	}
	_, bare, cut := strings.Cut(wanted, "/")
	for _, matches := range []func(name, id string) bool{
		func(name, id string) bool { return name == wanted },
		func(name, id string) bool { return id == wanted },
		func(name, id string) bool { return cut && id == bare },
	} {
		for _, name := range allowed {
			owner, id, _ := strings.Cut(name, "/")
			if (provider == "" || owner == provider) && matches(name, id) {
				return name, true
			}
		}
	}
	return "", false
}
