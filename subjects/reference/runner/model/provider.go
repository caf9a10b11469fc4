package model

import "strings"

// PiProvider gives the name under which Pi knows a provider of the platform.
func PiProvider(provider string) string {
	switch provider = strings.ToLower(provider); provider {
	case "gemini":
		return "google"
	case "together_ai":
		return "together"
	case "mistralai":
		return "mistral"
	}
	return provider
}
