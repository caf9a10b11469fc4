package catalog

import "encoding/json"

// Model is one model as Pi describes it over RPC.
type Model struct {
	ID               string             `json:"id"`
	Name             string             `json:"name"`
	API              string             `json:"api"`
	Provider         string             `json:"provider"`
	BaseURL          string             `json:"baseUrl"`
	Reasoning        bool               `json:"reasoning"`
	ThinkingLevelMap map[string]*string `json:"thinkingLevelMap,omitzero"` // nil value: the level does not exist
	Input            []string           `json:"input"`
	Cost             Cost               `json:"cost"`
	ContextWindow    float64            `json:"contextWindow"`
	MaxTokens        float64            `json:"maxTokens"`
	Headers          map[string]string  `json:"headers,omitempty"`
	Compat           json.RawMessage    `json:"compat,omitempty"`         // an object of quirks
	SamplingParams   json.RawMessage    `json:"samplingParams,omitempty"` // an object; laid over the body of a request
	InputLimits      json.RawMessage    `json:"inputLimits,omitempty"`
	PromptCache      json.RawMessage    `json:"promptCache,omitempty"`
}

// Cost is what a million tokens cost, in dollars.
type Cost struct {
	Input      float64 `json:"input"`
	Output     float64 `json:"output"`
	CacheRead  float64 `json:"cacheRead"`
	CacheWrite float64 `json:"cacheWrite"`
	Tiers      []Tier  `json:"tiers,omitempty"` // other prices for long requests
}

// Tier is the price of requests with more input than a number of tokens.
type Tier struct {
	Above      float64 `json:"inputTokensAbove"`
	Input      float64 `json:"input"`
	Output     float64 `json:"output"`
	CacheRead  float64 `json:"cacheRead"`
	CacheWrite float64 `json:"cacheWrite"`
}
