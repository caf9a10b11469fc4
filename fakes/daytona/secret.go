package daytona

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// PlaceholderPrefix begins every placeholder.
const PlaceholderPrefix = "dtn_secret_"

// maxSecret is the largest value of a secret, in bytes.
const maxSecret = 64 << 10

// secretRequest is the body of requests about secrets.
type secretRequest struct {
	Name        *string  `json:"name"`
	Value       *string  `json:"value"`
	Description *string  `json:"description"`
	Hosts       []string `json:"hosts"`
}

// told is a secret as the API shows it: never with its value.
func told(k *Secret) map[string]any {
	hosts := k.Hosts
	if hosts == nil {
		hosts = []string{}
	}
	now := time.Now().UTC().Format(time.RFC3339Nano)
	return map[string]any{"id": k.ID, "name": k.Name, "hosts": hosts, "placeholder": k.Placeholder, "createdAt": now, "updatedAt": now}
}

func checkHosts(hosts []string) error {
	for _, h := range hosts {
		name := strings.TrimPrefix(h, "*.")
		if name == "" || strings.ContainsAny(name, "/:* ") || !strings.Contains(name, ".") {
			return fail(http.StatusBadRequest, "hosts: %q is no host name", h)
		}
	}
	return nil
}

func (s *Server) addSecret(r *request) (answer, error) {
	var q secretRequest
	if err := r.read(&q); err != nil {
		return answer{}, err
	}
	switch {
	case q.Name == nil || *q.Name == "" || len(*q.Name) > 256:
		return answer{}, fail(http.StatusBadRequest, "name must have 1 to 256 characters")
	case q.Value == nil || *q.Value == "" || len(*q.Value) > maxSecret:
		return answer{}, fail(http.StatusBadRequest, "value must have 1 to %d bytes", maxSecret)
	}
	if err := checkHosts(q.Hosts); err != nil {
		return answer{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.secret(*q.Name) != nil {
		return answer{}, fail(http.StatusConflict, "Secret with name %s already exists", *q.Name)
	}
	k := &Secret{
		ID: fmt.Sprintf("secret-%d", len(s.secrets)+1), Name: *q.Name, Value: *q.Value, Hosts: q.Hosts,
		Placeholder: PlaceholderPrefix + s.options.Placeholder(),
	}
	s.secrets = append(s.secrets, k)
	return answer{http.StatusCreated, told(k)}, nil
}

func (s *Server) listSecrets(r *request) (answer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	items := []map[string]any{}
	for _, k := range s.secrets {
		if !k.Deleted {
			items = append(items, told(k))
		}
	}
	next, items, err := page(r.URL.Query().Get("cursor"), r.URL.Query().Get("limit"), items)
	if err != nil {
		return answer{}, err
	}
	return ok(map[string]any{"items": items, "nextCursor": next, "total": len(items)})
}

// known is the living secret that a request speaks of. The caller holds the lock.
func (s *Server) known(r *request) (*Secret, error) {
	i := slices.IndexFunc(s.secrets, func(k *Secret) bool { return !k.Deleted && k.ID == r.PathValue("secret") })
	if i < 0 {
		return nil, fail(http.StatusNotFound, "Secret with ID %s not found", r.PathValue("secret"))
	}
	return s.secrets[i], nil
}

func (s *Server) getSecret(r *request) (answer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, err := s.known(r)
	if err != nil {
		return answer{}, err
	}
	return ok(told(k))
}

func (s *Server) changeSecret(r *request) (answer, error) {
	var q secretRequest
	if err := r.read(&q); err != nil {
		return answer{}, err
	}
	if err := checkHosts(q.Hosts); err != nil {
		return answer{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	k, err := s.known(r)
	if err != nil {
		return answer{}, err
	}
	if q.Value != nil {
		k.Value = *q.Value
	}
	if q.Hosts != nil {
		k.Hosts = q.Hosts
	}
	return ok(told(k))
}

func (s *Server) deleteSecret(r *request) (answer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, err := s.known(r)
	if err != nil {
		return answer{}, err
	}
	k.Deleted = true
	return answer{status: http.StatusNoContent}, nil
}
