package providers

// modelsPath is OpenRouter's list of models, which needs no key.
const modelsPath = "/api/v1/models"

// openRouterModels is a short list with every member that OpenRouter's own
// client library demands.
func openRouterModels() obj {
	var models list
	for _, id := range []string{"anthropic/claude-3-haiku", "moonshotai/kimi-k2.6", "openai/gpt-4o-mini"} {
		models = append(models, obj{
			"id": id, "canonical_slug": id, "name": id, "created": 1_700_000_000, "description": "",
			"context_length": 128_000,
			"architecture": obj{
				"modality": "text->text", "input_modalities": list{"text"}, "output_modalities": list{"text"},
				"tokenizer": "Other", "instruct_type": nil,
			},
			"pricing":              obj{"prompt": "0.00000015", "completion": "0.0000006"},
			"top_provider":         obj{"is_moderated": false, "context_length": 128_000, "max_completion_tokens": 16_384},
			"per_request_limits":   nil,
			"supported_parameters": list{"max_tokens", "temperature", "tools"},
			"default_parameters":   nil,
			"supported_voices":     nil,
			"links":                obj{"details": "/api/v1/models/" + id + "/endpoints"},
		})
	}
	return obj{"data": models, "links": obj{"next": nil}, "total_count": len(models)}
}
