package daytona

import (
	"context"
	"errors"
	"net/http"
	"net/url"
)

// Secret is a value that the cloud keeps out of its sandboxes: they see a
// placeholder, which is replaced on the way to the secret's host.
type Secret struct {
	client *Client
	id     string
	Name   string
}

// CreateSecret stores a value that is good for one host.
func (c *Client) CreateSecret(ctx context.Context, name, value, host string) (*Secret, error) {
	var made struct {
		ID string `json:"id"`
	}
	body := map[string]any{"name": name, "value": value, "hosts": []string{host}}
	if err := c.call(ctx, "store a secret", http.MethodPost, c.api+"/secret", body, &made); err != nil {
		return nil, err
	}
	return &Secret{client: c, id: made.ID, Name: name}, nil
}

// Delete forgets the value. One that is gone is no error.
func (s *Secret) Delete(ctx context.Context) error {
	return gone(s.client.call(ctx, "delete a secret", http.MethodDelete, s.client.api+"/secret/"+url.PathEscape(s.id), nil, nil))
}

// gone takes the answer that something is not there for a success.
func gone(err error) error {
	var refused *Error
	if errors.As(err, &refused) && refused.NotFound() {
		return nil
	}
	return err
}
