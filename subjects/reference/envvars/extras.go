package envvars

import "slices"

// Extra gives the variable that a stored extra becomes on a record of the given
// surface (azure, bedrock, vertex). The extra may be written in the platform's
// snake case or as the variable itself. Whatever is not listed never becomes a
// variable, so a record cannot set PATH, NODE_OPTIONS or another vendor's key.
func Extra(surface, extra string) (string, bool) {
	if name, ok := alias(surface, extra); ok {
		return name, true
	}
	if slices.Contains(own(surface), extra) {
		return extra, true
	}
	return "", false
}

// Bearer gives the variable for the plain key of a cloud record; vertex has none.
func Bearer(surface string) (string, bool) {
	switch surface {
	case "azure":
		return "AZURE_OPENAI_API_KEY", true
	case "bedrock":
		return "AWS_BEARER_TOKEN_BEDROCK", true
	}
	return "", false
}

// Credential says whether a variable of a cloud record authenticates. A region
// or a project alone does not.
func Credential(name string) bool {
	switch name {
	case "AWS_REGION", "AWS_DEFAULT_REGION", "GOOGLE_CLOUD_PROJECT", "GOOGLE_CLOUD_LOCATION":
		return false
	}
	return true
}

func alias(surface, extra string) (string, bool) {
	switch surface + " " + extra {
	case "bedrock aws_region_name":
		return "AWS_REGION", true
	case "bedrock aws_access_key_id":
		return "AWS_ACCESS_KEY_ID", true
	case "bedrock aws_secret_access_key":
		return "AWS_SECRET_ACCESS_KEY", true
	case "bedrock aws_session_token":
		return "AWS_SESSION_TOKEN", true
	case "bedrock aws_bearer_token_bedrock":
		return "AWS_BEARER_TOKEN_BEDROCK", true
	case "vertex vertex_ai_project":
		return "GOOGLE_CLOUD_PROJECT", true
	case "vertex vertex_ai_location":
		return "GOOGLE_CLOUD_LOCATION", true
	case "vertex vertex_ai_credentials":
		return "GOOGLE_APPLICATION_CREDENTIALS", true
	}
	return "", false
}

func own(surface string) []string {
	switch surface {
	case "azure":
		return []string{"AZURE_OPENAI_API_KEY"}
	case "bedrock":
		return []string{
			"AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
			"AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_BEARER_TOKEN_BEDROCK",
		}
	case "vertex":
		return []string{"GOOGLE_CLOUD_PROJECT", "GOOGLE_CLOUD_LOCATION", "GOOGLE_APPLICATION_CREDENTIALS"}
	}
	return nil
}
