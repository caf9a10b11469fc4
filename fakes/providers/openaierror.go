package providers

import "net/http"

// openAIText is the text of a refusal in both of OpenAI's dialects.
func openAIText(w why, model string) (int, string) {
	switch w.refusal {
	case noKey:
		return http.StatusUnauthorized, "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY)."
	case badKey:
		return http.StatusUnauthorized, "Incorrect API key provided."
	case badPath:
		return http.StatusNotFound, "Invalid URL"
	case badModel:
		return http.StatusNotFound, "The model `" + model + "` does not exist or you do not have access to it."
	}
	p := w.problem
	switch {
	case p.kind == missing && p.name == "model":
		return http.StatusBadRequest, "you must provide a model parameter"
	case p.kind == missing:
		return http.StatusBadRequest, "Missing required parameter: '" + p.name + "'."
	case p.kind == misshapen:
		return http.StatusBadRequest, "Invalid type for '" + p.name + "'."
	case p.kind == unknownOne:
		return http.StatusBadRequest, "Unrecognized request argument supplied: " + p.name
	}
	return http.StatusBadRequest, "We could not parse the JSON body of your request."
}

// openAIFailure is OpenAI's error document.
func openAIFailure(f failure) obj {
	kind, code, param := "invalid_request_error", any(nil), any(nil)
	switch {
	case f.refusal == badModel:
		code = "model_not_found"
	case f.problem.kind == missing && f.problem.name != "model":
		code, param = "missing_required_parameter", f.problem.name
	case f.problem.kind == misshapen:
		code, param = "invalid_type", f.problem.name
	case f.status == http.StatusUnauthorized:
		code = "invalid_api_key"
	case f.status == http.StatusTooManyRequests:
		kind, code = "requests", "rate_limit_exceeded"
	case f.status >= http.StatusInternalServerError:
		kind = "server_error"
	}
	return obj{{"error", obj{{"message", f.message}, {"type", kind}, {"param", param}, {"code", code}}}}
}
