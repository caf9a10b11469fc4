package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// connections is how many requests a closed loop has under way.
const connections = 16

// prompt is the body of a request with so many bytes before the question.
func prompt(stream bool, size int) []byte {
	messages := []any{}
	if size > 0 {
		code := strings.Repeat("func main() {\n\tfmt.Println(\"hello\")\n}\n", size/37+1)[:size]
		messages = append(messages, map[string]string{"role": "system", "content": code})
	}
	messages = append(messages, map[string]string{"role": "user", "content": "bench"})
	text, err := json.Marshal(map[string]any{"model": "openai/gpt-4o-mini", "stream": stream, "messages": messages})
	if err != nil {
		panic(err) // plain data
	}
	return text
}

// client makes requests to one server.
type client struct {
	http *http.Client
	url  string
}

func (p *process) client(connections int) *client {
	return &client{&http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections, DisableCompression: true}}, p.url}
}

// ask makes one request and checks that the whole answer came.
func (c *client) ask(ctx context.Context, body []byte, stream bool) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url+"/api/v1/chat/completions", bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer sk-or-bench")
	req.Header.Set("Content-Type", "application/json")
	resp, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	switch {
	case err != nil:
		return err
	case resp.StatusCode != http.StatusOK:
		return fmt.Errorf("status %d: %.200s", resp.StatusCode, text)
	case stream && (bytes.Count(text, []byte("\ndata: ")) < 15 || !bytes.Contains(text, []byte("data: [DONE]"))):
		return fmt.Errorf("no whole stream: %.400s", text)
	case !stream && !bytes.Contains(text, []byte(said)):
		return fmt.Errorf("no whole answer: %.400s", text)
	}
	return nil
}

// closed makes n requests, so many at once.
func (c *client) closed(ctx context.Context, n int, body []byte, stream bool) error {
	var next atomic.Int64
	failures := make(chan error, connections)
	var working sync.WaitGroup
	for range connections {
		working.Go(func() {
			for int(next.Add(1)) <= n {
				if err := c.ask(ctx, body, stream); err != nil {
					failures <- err
					return
				}
			}
		})
	}
	working.Wait()
	select {
	case err := <-failures:
		return err
	default:
		return nil
	}
}

// paced makes requests at a rate, each measured from the time it was due.
func (c *client) paced(ctx context.Context, rate int, window time.Duration, body []byte) ([]time.Duration, error) {
	var mu sync.Mutex
	var took []time.Duration
	var failed error
	var working sync.WaitGroup
	began := time.Now()
	for i := range int(window.Seconds() * float64(rate)) {
		due := began.Add(time.Duration(i) * time.Second / time.Duration(rate))
		time.Sleep(time.Until(due))
		working.Go(func() {
			err := c.ask(ctx, body, true)
			mu.Lock()
			defer mu.Unlock()
			took = append(took, time.Since(due))
			if err != nil {
				failed = err
			}
		})
	}
	working.Wait()
	return took, failed
}
