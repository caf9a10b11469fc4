package dialect

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/agenta-ai/conform/fakes/pi/catalog"
	"github.com/agenta-ai/conform/fakes/pi/internal/chat"
	"github.com/agenta-ai/conform/fakes/pi/internal/config"
	"github.com/agenta-ai/conform/fakes/pi/internal/jsval"
	"github.com/agenta-ai/conform/fakes/pi/internal/persona"
	"github.com/agenta-ai/conform/fakes/pi/internal/wire"
)

// Call is one question to a model.
type Call struct {
	Persona   persona.Personality
	Model     catalog.Model
	System    string
	Messages  []chat.Message
	History   []chat.Message // the same before anything was changed for this model
	Tools     []Tool
	ToolText  json.RawMessage // the tools as they count in the size of the request, nil for none
	Thinking  string          // level, "off" for none
	Key       string
	Headers   []config.Header // of models.json, and of the model itself
	SessionID string          // "" tells providers of none
	Env       config.Env
	Limit     float64   // of the answer, in tokens; 0 is what the version and the model make of it
	Uncached  bool      // the request will not come again
	Deaf      bool      // once the answer has begun, that nobody wants it any more goes unnoticed
	Telemetry bool      // tell some providers who calls
	Log       io.Writer // what Pi's libraries print on their own
}

// Tool is a tool that the model may call.
type Tool struct {
	Name        string          `json:"name"`
	Description string          `json:"description"`
	Parameters  json.RawMessage `json:"parameters"` // JSON schema of an object
}

// Sink receives an answer as it comes in. Start is called once the provider
// has accepted the request; the message goes on changing until Stream returns.
type Sink interface {
	Start(partial *chat.Assistant)
	Update(e chat.Event)
}

// speaker is one dialect.
type speaker interface {
	// request builds the address below the model's base URL, the headers that
	// authenticate and identify, and the body.
	request(c *Call) (path string, header wire.Header, body any)
	// refusal words an answer that is no success.
	refusal(c *Call, r refused) string
	// unreachable words a provider that gave no answer.
	unreachable(c *Call, err error) string
	// accepts reports whether an answer is a stream to be read.
	accepts(c *Call, status int, contentType string) bool
	// read starts the answer, follows the stream and fills it. Its error is shown
	// as it is.
	read(c *Call, s *stream) error
}

// refused is an answer that is no success.
type refused struct {
	status      int
	reason      string // the phrase after the status
	contentType string
	body        string
}

func speakerOf(api string) speaker {
	switch api {
	case "openai-completions":
		return completions{}
	case "openai-responses":
		return responses{}
	case azureAPI:
		return azure{}
	case "anthropic-messages":
		return anthropic{}
	case "google-generative-ai":
		return google{}
	case "mistral-conversations":
		return mistral{}
	default:
		return nil
	}
}

// Stream asks the model and returns its answer. A failure of the provider is an
// answer too, with the stop reason error or aborted, and so is a missing key. An
// error means that nobody knows how to ask.
func Stream(ctx context.Context, client *wire.Client, c *Call, sink Sink) (*chat.Assistant, error) {
	sp := speakerOf(c.Model.API)
	bearer := slices.ContainsFunc(c.Headers, func(h config.Header) bool { return strings.EqualFold(h.Name, "authorization") })
	if sp == nil && !silent(c.Model.API) {
		return nil, fmt.Errorf("No API provider registered for api: %s", c.Model.API)
	}
	s := newStream(ctx, c, sink)
	var err error
	switch {
	case c.Key == "" && !(bearer && c.Persona.Runtime):
		err = fmt.Errorf("No API key for provider: %s", c.Model.Provider)
	case sp == nil:
		err = fmt.Errorf("the fake does not speak %s", c.Model.API)
	default:
		err = ask(ctx, client, c, sp, s)
	}
	if ctx.Err() != nil {
		s.answer.StopReason, s.answer.ErrorMessage = chat.Aborted, aborted(c, s.events != nil)
	} else if err != nil {
		s.answer.StopReason, s.answer.ErrorMessage = chat.Error, err.Error()
	}
	return s.answer, nil
}

// aborted is what is said of an answer that nobody wanted any more, by the client
// libraries: that of a fetch, or their own.
func aborted(c *Call, begun bool) string {
	api := c.Model.API
	switch {
	case (api == "openai-responses" || api == azureAPI) && begun && c.Persona.ResponsesEnd:
		return responsesCut // the library ends the stream in silence
	case api == "openai-completions" || api == "openai-responses" || api == azureAPI:
		if begun {
			return "Request was aborted"
		}
		return unasked(c)
	case api == "anthropic-messages" && !begun:
		return unasked(c)
	case c.Deaf && begun:
		return "Request was aborted"
	}
	return "This operation was aborted"
}

// unasked is said where no answer had begun, by a client library or by what
// would ask again.
func unasked(c *Call) string {
	if c.Persona.Since(0, 82, 0) {
		return "Request aborted"
	}
	return "Request was aborted."
}

// silent reports whether Pi speaks an API that the fake does not.
func silent(api string) bool {
	switch api {
	case "bedrock-converse-stream", "google-vertex", "openai-codex-responses":
		return true
	default:
		return false
	}
}

// ask returns what Pi would show as the error message.
func ask(ctx context.Context, client *wire.Client, c *Call, sp speaker, s *stream) error {
	path, header, content := sp.request(c)
	body, err := encode(content)
	if err != nil {
		return err
	}
	body = sampled(c, body)
	attribute(c, &header)
	for _, h := range c.Headers {
		if c.Model.API == "mistral-conversations" && !c.Persona.OwnMistral && strings.EqualFold(h.Name, "user-agent") {
			continue // its library has the last word
		}
		header.Set(h.Name, h.Value)
	}
	base, err := c.base()
	if err != nil {
		return err
	}
	url := c.address(base, path)
	if strings.HasPrefix(url, "https:") {
		encodings := "br, gzip, deflate" // Node's fetch takes br only where nobody can meddle
		if c.Persona.Zstd {
			encodings += ", zstd"
		}
		header.Set("accept-encoding", encodings)
	}
	ctx, begun := deafened(ctx, c.Deaf)
	resp, err := client.Post(ctx, wire.Request{Dialect: c.Model.API, URL: url, Header: header, Body: body})
	if err != nil {
		return errors.New(sp.unreachable(c, err))
	}
	defer resp.Body.Close()
	if kind := resp.Header.Get("content-type"); !sp.accepts(c, resp.Status, kind) {
		return errors.New(sp.refusal(c, refused{resp.Status, resp.Reason, kind, string(readAll(resp.Body))}))
	}
	begun()
	s.events, s.ctx = newEvents(following{ctx, resp.Body}), ctx
	return sp.read(c, s)
}

// deafened follows a context until the returned function is called, if it is to.
func deafened(ctx context.Context, deaf bool) (context.Context, func()) {
	if !deaf {
		return ctx, func() {}
	}
	inner, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, cancel)
	return inner, func() { stop() }
}

// sampled lays the model's sampling parameters over the body of a request, for
// the APIs that have them.
func sampled(c *Call, body []byte) []byte {
	over, err := jsval.Parse(string(c.Model.SamplingParams))
	if err != nil || c.Model.API != "openai-completions" && c.Model.API != "openai-responses" && c.Model.API != azureAPI {
		return body
	}
	v, err := jsval.Parse(string(body))
	if err != nil {
		return body
	}
	for _, m := range over.Members() {
		v = v.With(m.Name, m.Value)
	}
	return v.Append(nil)
}

// laterInstructions reports whether the instructions stand in the midst of the
// conversation, since that is older than they are, and the model may be told so.
func (c *Call) laterInstructions() bool {
	switch c.Model.API {
	case "openai-responses", azureAPI, "openai-completions", "anthropic-messages":
	default:
		return false
	}
	if !quirksOf(c).flag("supportsMidConvoSystemMessages", false) {
		return false
	}
	for i, m := range c.Messages {
		if _, ok := m.(*chat.System); ok {
			return i > 0
		}
	}
	return false
}

// laterTools reports whether the tools stand there too.
func (c *Call) laterTools() bool {
	flag := "supportsAdditionalTools"
	if c.Model.API == "openai-completions" {
		flag = "supportsMidConvoToolAdditions"
	}
	return c.laterInstructions() && len(c.Tools) > 0 && quirksOf(c).flag(flag, false)
}

// following reads a body as long as somebody wants it: an aborted answer is never
// taken for one that has come to its end.
type following struct {
	ctx  context.Context
	body io.Reader
}

func (f following) Read(p []byte) (int, error) {
	n, err := f.body.Read(p)
	if ctxErr := f.ctx.Err(); ctxErr != nil {
		return 0, ctxErr
	}
	return n, err
}

// wellDone is what most dialects accept: any success, whatever it contains.
type wellDone struct{}

func (wellDone) accepts(_ *Call, status int, _ string) bool { return status >= 200 && status <= 299 }

// NewAnswer is an answer that has not begun.
func NewAnswer(m catalog.Model, p persona.Personality) *chat.Assistant {
	a := &chat.Assistant{
		Role: "assistant", Content: []chat.Block{}, API: m.API, Provider: m.Provider, Model: m.ID,
		StopReason: chat.Stop, Timestamp: time.Now().UnixMilli(),
	}
	if p.Pending {
		a.StopReason = chat.Pending
	}
	return a
}
