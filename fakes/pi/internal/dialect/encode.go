package dialect

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/agenta-ai/conform/fakes/pi/internal/jsval"
	"github.com/agenta-ai/conform/fakes/pi/internal/wire"
)

// maxRefusal bounds how much of a refusal is read.
const maxRefusal = 1 << 20

// encode writes JSON without escaping what JavaScript would not escape.
func encode(v any) ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("encode request: %w", err)
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}

// readAll reads a refusal as far as it comes; a broken one is shown as it is.
func readAll(in io.Reader) []byte {
	body, _ := io.ReadAll(io.LimitReader(in, maxRefusal))
	return body
}

// common are the headers that Node's fetch adds to every request.
func common(h *wire.Header) {
	h.Set("content-type", "application/json")
	h.Set("accept-language", "*")
	h.Set("sec-fetch-mode", "cors")
	h.Set("accept-encoding", "gzip, deflate")
}

// stainless are the headers by which the client libraries of OpenAI and
// Anthropic describe themselves.
func stainless(h *wire.Header, c *Call, library, version string) {
	agent := library + " " + version
	if c.Persona.PiAgent {
		agent = piAgent()
	}
	h.Set("accept", "application/json")
	h.Set("user-agent", agent)
	h.Set("x-stainless-retry-count", "0")
	h.Set("x-stainless-timeout", "300")
	h.Set("x-stainless-lang", "js")
	h.Set("x-stainless-package-version", version)
	h.Set("x-stainless-os", "Linux")
	h.Set("x-stainless-arch", nodeArch())
	h.Set("x-stainless-runtime", "node")
	h.Set("x-stainless-runtime-version", nodeVersion)
}

// nodeVersion is the Node that Pi was observed with.
const nodeVersion = "v22.23.3"

// attribute adds the headers by which Pi shows some providers who calls.
func attribute(c *Call, h *wire.Header) {
	if c.SessionID != "" && (c.Model.Provider == "opencode" || c.Model.Provider == "opencode-go" || hostOf(c.Model.BaseURL) == "opencode.ai") {
		h.Set("x-opencode-session", c.SessionID)
		h.Set("x-opencode-client", "pi")
	}
	if !c.Telemetry {
		return
	}
	switch {
	case c.Model.Provider == "openrouter" || strings.Contains(c.Model.BaseURL, "openrouter.ai"):
		h.Set("http-referer", "https://pi.dev")
		h.Set("x-openrouter-title", "pi")
		h.Set("x-openrouter-categories", "cli-agent")
	case c.Model.Provider == "nvidia", hostOf(c.Model.BaseURL) == "integrate.api.nvidia.com":
		h.Set("x-billing-invoke-origin", "Pi")
	}
}

// hostOf is the host of an address, "" if it is none.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// quirks are the compat fields of a model.
type quirks struct{ v jsval.Value }

func quirksOf(c *Call) quirks {
	v, err := jsval.Parse(string(c.Model.Compat))
	if err != nil {
		return quirks{} // no compat at all
	}
	return quirks{v}
}

func (q quirks) flag(name string, otherwise bool) bool {
	if v := q.v.Get(name); v.Kind() != jsval.Undefined && v.Kind() != jsval.Null {
		return v.Truthy()
	}
	return otherwise
}

func (q quirks) text(name, otherwise string) string {
	if v := q.v.Get(name); v.Kind() == jsval.String {
		return v.String()
	}
	return otherwise
}

// sdkBody reads the body of a refusal as those libraries do. What is no JSON, or
// nothing, such as null, stays as it is.
func sdkBody(body string) (v jsval.Value, raw string) {
	v, err := jsval.Parse(body)
	if err != nil || !v.Truthy() {
		return jsval.Value{}, body
	}
	return v, ""
}

// sdkError words a refusal as the client libraries of OpenAI and Anthropic do.
// payload is the part of the body that they take for the error; raw is the body
// if it was no JSON. A status of 0 is an error within a stream.
func sdkError(status int, payload jsval.Value, raw string) string {
	text := raw
	switch message := payload.Get("message"); {
	case message.Kind() == jsval.String && message.Truthy():
		text = message.String()
	case message.Truthy():
		text = message.JSON()
	case payload.Truthy():
		text = payload.JSON()
	}
	switch {
	case status != 0 && text != "":
		return fmt.Sprintf("%d %s", status, text)
	case status != 0:
		return fmt.Sprintf("%d status code (no body)", status)
	case text != "":
		return text
	default:
		return "(no status code or body)"
	}
}
