// Package persona says in which points the played versions of Pi differ.
//
// A point stands here when code elsewhere asks for it. What all played versions
// share is simply written where it happens.
package persona

import (
	"fmt"

	"github.com/agenta-ai/conform/fakes/pi/catalog"
)

// Personality is one version of Pi, as the points in which it differs from
// others.
type Personality struct {
	Version string

	// RPC.
	Settles            bool // agent_settled ends every run
	EchoesUnknownID    bool // an unknown command is answered with its id
	ListsThinking      bool // get_available_thinking_levels exists
	StreamingInRetry   bool // the pause before a retry counts as a run in progress
	SavesChosenModel   bool // set_model writes settings.json
	RaisesThinkingOnly bool // set_model never leaves a reasoning model at its old "off"

	// Configuration.
	ModelsKeyRequired   bool // a custom provider in models.json needs an apiKey
	KeyOnlyProvider     bool // a provider that has only an apiKey is allowed
	EnvBeatsModelsKey   bool // the provider's variable wins over models.json's apiKey
	DefaultNeedsAuth    bool // settings.json's default model counts only with auth
	EntryEnv            bool // the env object of an auth.json entry counts
	RejectsGarbageFiles bool // --session with a file that is no session is an error

	// Requests.
	SendsMaxTokens bool // the OpenAI and Google dialects limit the answer
	WholeErrors    bool // error texts carry the provider's error object as JSON
}

// Of returns the personality of a version; "" is the newest that can be played.
func Of(version string) (Personality, error) {
	if version == "" {
		version = catalog.Newest
	}
	p := Personality{
		Version:            version,
		SavesChosenModel:   true,
		RaisesThinkingOnly: true,
	}
	switch version {
	case "0.79.4":
		p.ModelsKeyRequired = true
		p.EnvBeatsModelsKey = true
	case "0.80.6":
		p.Settles = true
		p.EchoesUnknownID = true
		p.StreamingInRetry = true
		p.DefaultNeedsAuth = true
		p.EntryEnv = true
		p.RejectsGarbageFiles = true
		p.SendsMaxTokens = true
		p.WholeErrors = true
	default:
		return Personality{}, fmt.Errorf("cannot play Pi %q", version)
	}
	return p, nil
}
