// Package providers is a fake of the model providers' HTTP APIs: OpenRouter and
// OpenAI-compatible chat completions, OpenAI responses, Anthropic messages,
// Google generateContent and Mistral, told apart by host and path as in the
// real world. It is strict about authentication, paths and models, plays faults
// on demand and keeps a journal. It knows nothing of cases or clauses.
package providers
