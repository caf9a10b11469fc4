package daytona

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
)

// control sets the routes of the control plane.
func (s *Server) control() {
	on := func(method, path string, do func(*request) (answer, error)) {
		s.handle("control", method, controlBase, path, do)
	}
	about := func(do func(*request, *sandbox) (answer, error)) func(*request) (answer, error) {
		return func(r *request) (answer, error) {
			b, err := s.named(r)
			if err != nil {
				return answer{}, err
			}
			return do(r, b)
		}
	}
	on("POST", "/sandbox", s.create)
	on("GET", "/sandbox", s.list)
	on("GET", "/sandbox/paginated", s.list)
	on("GET", "/sandbox/{sandbox}", about(s.get))
	on("DELETE", "/sandbox/{sandbox}", about(s.delete))
	on("POST", "/sandbox/{sandbox}/start", about(s.start))
	on("POST", "/sandbox/{sandbox}/stop", about(s.stop))
	on("POST", "/sandbox/{sandbox}/pause", about(s.stop))
	on("POST", "/sandbox/{sandbox}/recover", about(s.start))
	on("POST", "/sandbox/{sandbox}/network-settings", about(s.network))
	on("PUT", "/sandbox/{sandbox}/labels", about(s.label))
	on("POST", "/sandbox/{sandbox}/autostop/{minutes}", about(s.interval(func(c *createRequest) **int { return &c.AutoStop })))
	on("POST", "/sandbox/{sandbox}/autoarchive/{minutes}", about(s.interval(func(c *createRequest) **int { return &c.AutoArchive })))
	on("POST", "/sandbox/{sandbox}/autodelete/{minutes}", about(s.interval(func(c *createRequest) **int { return &c.AutoDelete })))
	on("POST", "/sandbox/{sandbox}/last-activity", about(func(*request, *sandbox) (answer, error) { return answer{status: http.StatusCreated}, nil }))
	on("GET", "/sandbox/{sandbox}/toolbox-proxy-url", about(func(*request, *sandbox) (answer, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		return ok(map[string]string{"url": s.base + toolboxBase})
	}))
	on("GET", "/sandbox/{sandbox}/ports/{port}/preview-url", about(s.previewLink))
	on("GET", "/sandbox/{sandbox}/ports/{port}/signed-preview-url", about(s.signedLink))
	on("POST", "/secret", s.addSecret)
	on("GET", "/secret/paginated", s.listSecrets)
	on("GET", "/secret/{secret}", s.getSecret)
	on("PATCH", "/secret/{secret}", s.changeSecret)
	on("PUT", "/secret/{secret}", s.changeSecret)
	on("DELETE", "/secret/{secret}", s.deleteSecret)
	s.mux.HandleFunc("GET "+controlBase+"/socket.io/", s.listen)
}

// named is the living sandbox that a request speaks of.
func (s *Server) named(r *request) (*sandbox, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.find(r.PathValue("sandbox"))
	if b == nil {
		return nil, fail(http.StatusNotFound, "Sandbox with ID or name %s not found", r.PathValue("sandbox"))
	}
	r.entry.Update(func(c *Call) { c.Sandbox = b.ID })
	return b, nil
}

func (s *Server) get(_ *request, b *sandbox) (answer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return ok(s.show(b))
}

// list answers with a page of the living sandboxes.
func (s *Server) list(r *request) (answer, error) {
	query := r.URL.Query()
	var labels map[string]string
	if text := query.Get("labels"); text != "" {
		if err := json.Unmarshal([]byte(text), &labels); err != nil {
			return answer{}, fail(http.StatusBadRequest, "labels is no JSON object: %v", err)
		}
	}
	states := query["states"]
	s.mu.Lock()
	defer s.mu.Unlock()
	items := []dto{}
	for _, b := range s.sandboxes {
		if b.State == Destroyed || len(states) > 0 && !slices.Contains(states, string(b.State)) || !covers(b.Labels, labels) {
			continue
		}
		items = append(items, s.show(b))
	}
	next, items, err := page(query.Get("cursor"), query.Get("limit"), items)
	if err != nil {
		return answer{}, err
	}
	return ok(map[string]any{"items": items, "nextCursor": next, "total": len(items), "page": 1, "totalPages": 1})
}

// page cuts a list; the cursor is the place to go on from.
func page[T any](cursor, limit string, all []T) (next *string, part []T, err error) {
	from, size := 0, 100
	for text, into := range map[string]*int{cursor: &from, limit: &size} {
		if text == "" {
			continue
		}
		if *into, err = strconv.Atoi(text); err != nil || *into < 0 {
			return nil, nil, fail(http.StatusBadRequest, "%q is no number", text)
		}
	}
	from = min(from, len(all))
	to := min(from+size, len(all))
	if to < len(all) {
		text := strconv.Itoa(to)
		next = &text
	}
	return next, all[from:to], nil
}

// covers reports whether all wanted labels are there.
func covers(have, want map[string]string) bool {
	for name, value := range want {
		if have[name] != value {
			return false
		}
	}
	return true
}

func (s *Server) delete(_ *request, b *sandbox) (answer, error) {
	s.destroy(context.Background(), b) // also when the caller does not wait for it
	s.mu.Lock()
	defer s.mu.Unlock()
	return ok(s.show(b))
}

func (s *Server) stop(r *request, b *sandbox) (answer, error) {
	m := s.machineOf(b)
	if m == nil {
		return answer{}, fail(http.StatusBadRequest, "Sandbox is not started")
	}
	s.move(b, Stopping, "")
	if err := m.Stop(context.WithoutCancel(r.Context())); err != nil {
		return answer{}, err
	}
	b.sessions.forget()
	s.move(b, Stopped, "")
	return s.get(r, b)
}

func (s *Server) start(r *request, b *sandbox) (answer, error) {
	m := s.machineOf(b)
	if m == nil {
		return answer{}, fail(http.StatusBadRequest, "Sandbox is in a state that it cannot be started from")
	}
	s.move(b, Starting, "")
	if err := m.Restart(); err != nil {
		return answer{}, err
	}
	s.move(b, Started, "")
	return s.get(r, b)
}

func (s *Server) network(r *request, b *sandbox) (answer, error) {
	var set struct {
		NetworkBlockAll  *bool   `json:"networkBlockAll"`
		NetworkAllowList *string `json:"networkAllowList"`
		DomainAllowList  *string `json:"domainAllowList"`
	}
	if err := r.read(&set); err != nil {
		return answer{}, err
	}
	s.mu.Lock()
	if set.NetworkBlockAll != nil {
		b.Network.BlockAll = *set.NetworkBlockAll
	}
	if set.NetworkAllowList != nil {
		b.Network.AllowList = *set.NetworkAllowList
	}
	if set.DomainAllowList != nil {
		b.Network.DomainAllowList = *set.DomainAllowList
	}
	s.mu.Unlock()
	return s.get(r, b)
}

func (s *Server) label(r *request, b *sandbox) (answer, error) {
	var set struct {
		Labels map[string]string `json:"labels"`
	}
	if err := r.read(&set); err != nil {
		return answer{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	b.Labels = set.Labels
	return ok(map[string]any{"labels": maps.Clone(set.Labels)})
}

func (s *Server) interval(of func(*createRequest) **int) func(*request, *sandbox) (answer, error) {
	return func(r *request, b *sandbox) (answer, error) {
		minutes, err := strconv.Atoi(r.PathValue("minutes"))
		if err != nil {
			return answer{}, fail(http.StatusBadRequest, "%q is no number of minutes", r.PathValue("minutes"))
		}
		s.mu.Lock()
		*of(&b.spec) = &minutes
		s.mu.Unlock()
		return s.get(r, b)
	}
}
