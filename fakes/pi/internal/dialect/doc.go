// Package dialect asks a model for an answer in the language of its API:
// openai-completions, openai-responses, anthropic-messages,
// google-generative-ai and mistral-conversations. It builds the request that Pi
// would send, follows the stream that comes back, and words failures as Pi does.
//
// Where credentials come from and what becomes of an answer lives elsewhere.
package dialect
