package daytona

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strconv"
)

// preview is a door to one port of a sandbox: an address of its own, since
// callers put absolute paths behind it.
type preview struct {
	port   int
	signed bool // the address itself is the permission
	token  string
	url    string
	server *http.Server
}

func (p *preview) close() { _ = p.server.Close() }

// door is the preview of a port, opened when there is none.
func (s *Server) door(b *sandbox, port int, signed bool) (*preview, error) {
	s.mu.Lock()
	m := b.machine
	for _, p := range b.previews {
		if p.port == port && p.signed == signed {
			s.mu.Unlock()
			return p, nil
		}
	}
	s.mu.Unlock()
	if m == nil {
		return nil, fail(http.StatusBadRequest, "Sandbox is not started")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &preview{port: port, signed: signed, token: rand.Text(), url: "http://" + l.Addr().String()}
	through := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: fmt.Sprintf("127.0.0.1:%d", port)})
	through.Transport = &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return m.Dial(ctx, port)
	}}
	p.server = &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !signed && !s.public(b) && !p.admits(r) {
			http.Error(w, "the preview token is missing or wrong", http.StatusUnauthorized)
			return
		}
		through.ServeHTTP(w, r)
	})}
	s.mu.Lock()
	defer s.mu.Unlock()
	if b.doomed {
		l.Close()
		return nil, fail(http.StatusNotFound, "Sandbox with ID or name %s not found", b.ID)
	}
	b.previews = append(b.previews, p)
	s.serve(p.server, l)
	return p, nil
}

func (s *Server) public(b *sandbox) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return b.spec.Public
}

// admits looks for the token in the header or the query.
func (p *preview) admits(r *http.Request) bool {
	shown := r.Header.Get("X-Daytona-Preview-Token")
	if shown == "" {
		shown = r.URL.Query().Get("DAYTONA_SANDBOX_AUTH_KEY")
	}
	return subtle.ConstantTimeCompare([]byte(shown), []byte(p.token)) == 1
}

func (s *Server) previewLink(r *request, b *sandbox) (answer, error) {
	port, err := portOf(r)
	if err != nil {
		return answer{}, err
	}
	p, err := s.door(b, port, false)
	if err != nil {
		return answer{}, err
	}
	return ok(map[string]any{"sandboxId": b.ID, "url": p.url, "token": p.token})
}

func (s *Server) signedLink(r *request, b *sandbox) (answer, error) {
	port, err := portOf(r)
	if err != nil {
		return answer{}, err
	}
	p, err := s.door(b, port, true)
	if err != nil {
		return answer{}, err
	}
	return ok(map[string]any{"sandboxId": b.ID, "port": port, "url": p.url, "token": p.token})
}

func portOf(r *request) (int, error) {
	port, err := strconv.Atoi(r.PathValue("port"))
	if err != nil || port < 1 || port > 65535 {
		return 0, fail(http.StatusBadRequest, "%q is no port", r.PathValue("port"))
	}
	return port, nil
}
