package service

import (
	"context"
	"io"
	"net/http"
	"strings"

	"github.com/agenta-ai/conform/subjects/reference/modelref"
	"github.com/agenta-ai/conform/subjects/reference/resolve"
	"github.com/agenta-ai/conform/subjects/reference/secret"
	"github.com/agenta-ai/conform/subjects/reference/wire"
)

// eventStream is the media type of server-sent events.
const eventStream = "text/event-stream"

func (s *Service) invoke(w http.ResponseWriter, hr *http.Request) {
	// Read to its end: only then does the server notice that the caller went away.
	raw, err := io.ReadAll(hr.Body)
	if err != nil {
		return
	}
	authorization := hr.Header.Get("Authorization")
	req, conn, err := s.prepare(hr.Context(), raw, authorization)
	if err != nil {
		s.refuse(w, secret.NewRedactor(credentials(authorization)...), err)
		return
	}
	redactor := secret.NewRedactor(append(conn.Secrets(), append(credentials(authorization), s.runner.token)...)...)
	switch accept := hr.Header.Get("Accept"); {
	case strings.Contains(accept, eventStream) && hr.Header.Get(formatHeader) == formatVercel:
		s.stream(hr.Context(), &caller{w: w, sse: true, vercel: true}, req, redactor)
	case strings.Contains(accept, eventStream):
		s.stream(hr.Context(), &caller{w: w, sse: true}, req, redactor)
	case strings.Contains(accept, wire.NDJSON):
		s.stream(hr.Context(), &caller{w: w}, req, redactor)
	default:
		s.batch(hr.Context(), w, req, redactor)
	}
}

// prepare goes from a body to a run request: all that can be refused before a
// runner is asked.
func (s *Service) prepare(ctx context.Context, raw []byte, authorization string) (wire.Request, resolve.Connection, error) {
	a, messages, err := parse(raw)
	if err != nil {
		return wire.Request{}, resolve.Connection{}, err
	}
	ref, err := modelref.Parse(a.LLM)
	if err != nil {
		return wire.Request{}, resolve.Connection{}, err
	}
	conn, err := s.resolver.Resolve(ctx, resolve.Request{Ref: ref, Harness: a.Harness.Kind, Authorization: authorization})
	if err != nil {
		return wire.Request{}, resolve.Connection{}, err
	}
	return request(a, messages, conn, s.edition), conn, nil
}

// credentials are the texts of a caller's header that must not come back to
// anyone: the header and the part behind its scheme.
func credentials(authorization string) []string {
	_, bare, _ := strings.Cut(authorization, " ")
	return []string{authorization, strings.TrimSpace(bare)}
}
