// Package modelref reads the "llm" member of an agent's configuration: which
// model, of which provider, over which connection. Nothing here looks into a
// vault or knows what a harness can do.
package modelref
