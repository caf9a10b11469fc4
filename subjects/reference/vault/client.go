package vault

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// DefaultTimeout is how long one read may take.
const DefaultTimeout = 30 * time.Second

// largest is the size above which a reply is not read on.
const largest = 64 << 20

// Client reads the vault of one platform.
type Client struct {
	url  string
	http *http.Client
}

// NewClient reads the vault below the platform's API base.
func NewClient(apiBase string, hc *http.Client) *Client {
	return &Client{url: strings.TrimRight(apiBase, "/") + "/secrets/", http: hc}
}

// ReadError is a read that gave no list of records.
type ReadError struct {
	Status int // HTTP status, 0 if there was no reply
	Text   string
	Cause  error
}

// Error gives the text.
func (e *ReadError) Error() string { return e.Text }

// Unwrap gives the transport or decoding error behind it.
func (e *ReadError) Unwrap() error { return e.Cause }

// List reads the records that the caller may see: one GET, no retry. The
// project follows from the caller's Authorization and from nothing else.
func (c *Client) List(ctx context.Context, authorization string) ([]Record, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.url, nil)
	if err != nil {
		return nil, &ReadError{Text: "the vault has no usable address", Cause: err}
	}
	req.Header.Set("Content-Type", "application/json")
	if authorization != "" {
		req.Header.Set("Authorization", authorization)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, &ReadError{Text: "the vault could not be reached", Cause: err}
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		io.Copy(io.Discard, io.LimitReader(resp.Body, largest)) // so the connection can serve again
		return nil, &ReadError{Status: resp.StatusCode, Text: fmt.Sprintf("the vault answered HTTP %d", resp.StatusCode)}
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, largest))
	if err != nil {
		return nil, &ReadError{Status: resp.StatusCode, Text: "the vault's reply was cut off", Cause: err}
	}
	return decode(body)
}

// decode reads the list. A record that does not parse is left out: one odd
// record must not take every other connection with it.
func decode(body []byte) ([]Record, error) {
	notAList := &ReadError{Status: http.StatusOK, Text: "the vault's reply is not a JSON list"}
	if body = bytes.TrimSpace(body); len(body) == 0 || body[0] != '[' {
		return nil, notAList
	}
	var items []json.RawMessage
	if err := json.Unmarshal(body, &items); err != nil {
		notAList.Cause = err
		return nil, notAList
	}
	records := make([]Record, 0, len(items))
	for _, item := range items {
		var r Record
		if json.Unmarshal(item, &r) == nil && (r.Kind == ProviderKey || r.Kind == CustomProvider) {
			records = append(records, r)
		}
	}
	return records, nil
}
