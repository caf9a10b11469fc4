package service

import (
	"context"
	"net/http"

	"github.com/agenta-ai/conform/subjects/reference/secret"
	"github.com/agenta-ai/conform/subjects/reference/wire"
)

// batch runs a turn and answers once.
func (s *Service) batch(ctx context.Context, w http.ResponseWriter, req wire.Request, redactor *secret.Redactor) {
	resp, err := s.runner.post(ctx, req, "application/json")
	if err != nil {
		s.refuse(w, redactor, err)
		return
	}
	defer resp.Body.Close()
	reply, err := document(resp)
	if err != nil {
		s.respond(w, redactor, failed(err, reply))
		return
	}
	s.respond(w, redactor, succeeded(reply))
}
