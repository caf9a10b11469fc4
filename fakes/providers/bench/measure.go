package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// promptSize is that of a coding agent's prompt, in bytes.
const promptSize = 90_000

// cost prints the processor time of a thousand requests, by kind of request.
func (b *bench) cost(ctx context.Context) error {
	kinds := []struct {
		name   string
		stream bool
		size   int
		part   int // of b.requests
	}{{"plain", false, 0, 1}, {"streamed", true, 0, 1}, {"90 KB prompt", false, promptSize, 4}, {"90 KB, streamed", true, promptSize, 4}}
	fmt.Fprintf(b.out, "\nCPU ms for 1000 requests, median of %d rounds of %d (%d connections)\n%-17s", b.rounds, b.requests, connections, "")
	for _, s := range b.servers {
		fmt.Fprintf(b.out, " %10s", s.name)
	}
	fmt.Fprintf(b.out, "   %s\n", "ours to aimock, ours to floor")
	for _, kind := range kinds {
		n, body := b.requests/kind.part, prompt(kind.stream, kind.size)
		results := map[string][]float64{}
		for range b.rounds {
			for _, s := range b.servers {
				ms, err := s.round(ctx, n, body, kind.stream)
				if err != nil {
					return fmt.Errorf("%s, %s: %w", s.name, kind.name, err)
				}
				results[s.name] = append(results[s.name], ms)
			}
		}
		fmt.Fprintf(b.out, "%-17s", kind.name)
		for _, s := range b.servers {
			fmt.Fprintf(b.out, " %10.0f", median(results[s.name]))
		}
		fmt.Fprintf(b.out, "   %s\n", ratios(results, kind.stream))
	}
	return nil
}

// ratios compares like with like.
func ratios(results map[string][]float64, stream bool) string {
	ours := median(results["ours"])
	var out []string
	if aimock, ok := results["aimock"]; ok {
		out = append(out, fmt.Sprintf("%.2f", ours/median(aimock)))
		if stream {
			out = append(out, fmt.Sprintf("(each: %.2f)", median(results["ours/each"])/median(aimock)))
		}
	}
	out = append(out, fmt.Sprintf("%.2f", ours/median(results["floor"])))
	if stream {
		out = append(out, fmt.Sprintf("(each to each: %.2f)", median(results["ours/each"])/median(results["floor/each"])))
	}
	return strings.Join(out, " ")
}

// round is the processor time of n requests, in ms for a thousand. A fresh
// process is warmed up first.
func (s server) round(ctx context.Context, n int, body []byte, stream bool) (float64, error) {
	p, err := s.start(ctx)
	if err != nil {
		return 0, err
	}
	defer p.stop()
	c := p.client(connections)
	defer c.http.CloseIdleConnections()
	if err := c.closed(ctx, n/2, body, stream); err != nil {
		return 0, err
	}
	before, err := p.cpu()
	if err != nil {
		return 0, err
	}
	if err := c.closed(ctx, n, body, stream); err != nil {
		return 0, err
	}
	after, err := p.cpu()
	return float64((after - before).Microseconds()) / float64(n), err
}

// latency prints how long a stream takes at a fixed rate.
func (b *bench) latency(ctx context.Context) error {
	fmt.Fprintf(b.out, "\nms of a stream at %d a second for %s, from the time it was due\n%-10s %8s %8s %8s\n", b.rate, b.window, "", "p50", "p95", "p99")
	body := prompt(true, 0)
	for _, s := range b.servers {
		err := func() error {
			p, err := s.start(ctx)
			if err != nil {
				return err
			}
			defer p.stop()
			c := p.client(connections)
			defer c.http.CloseIdleConnections()
			if err := c.closed(ctx, 200, body, true); err != nil {
				return err
			}
			took, err := c.paced(ctx, b.rate, b.window, body)
			if err != nil {
				return err
			}
			slices.Sort(took)
			at := func(part float64) float64 {
				return float64(took[min(int(float64(len(took))*part), len(took)-1)].Microseconds()) / 1000
			}
			fmt.Fprintf(b.out, "%-10s %8.2f %8.2f %8.2f\n", s.name, at(.5), at(.95), at(.99))
			return nil
		}()
		if err != nil {
			return fmt.Errorf("%s, latency: %w", s.name, err)
		}
	}
	return nil
}

// open prints what streams cost that are held open, all at once.
func (b *bench) open(ctx context.Context) error {
	fmt.Fprintf(b.out, "\n%d streams held open at once\n%-10s %14s %14s %14s\n", b.streams, "", "MiB before", "MiB with them", "KiB a stream")
	for _, s := range b.servers {
		if s.name != "ours" && s.name != "aimock" {
			continue
		}
		if err := b.hold(ctx, s); err != nil {
			return fmt.Errorf("%s, %d streams: %w", s.name, b.streams, err)
		}
	}
	return nil
}

func (b *bench) hold(ctx context.Context, s server) error {
	p, err := s.start(ctx)
	if err != nil {
		return err
	}
	defer p.stop()
	c := p.client(b.streams)
	defer c.http.CloseIdleConnections()
	if err := c.closed(ctx, 200, prompt(true, 0), true); err != nil {
		return err
	}
	before, err := p.rss()
	if err != nil {
		return err
	}
	body := bytes.Replace(prompt(true, 0), []byte(`"bench"`), []byte(`"hold"`), 1)
	holding, release := context.WithCancel(ctx)
	defer release()
	failures := make(chan error, b.streams)
	var opened, ended sync.WaitGroup
	opened.Add(b.streams)
	for range b.streams {
		ended.Go(func() {
			once := sync.OnceFunc(opened.Done)
			defer once()
			req, err := http.NewRequestWithContext(holding, http.MethodPost, p.url+"/api/v1/chat/completions", bytes.NewReader(body))
			if err != nil {
				failures <- err
				return
			}
			req.Header.Set("Authorization", "Bearer sk-or-bench")
			resp, err := c.http.Do(req)
			if err != nil {
				failures <- err
				return
			}
			defer resp.Body.Close()
			once()
			_, _ = io.Copy(io.Discard, resp.Body) // until it is released
		})
	}
	opened.Wait()
	time.Sleep(time.Second) // so that the garbage of the start is no part of it
	with, err := p.rss()
	release()
	ended.Wait()
	if err != nil {
		return err
	}
	select {
	case err := <-failures:
		return err
	default:
	}
	const mib = 1 << 20
	fmt.Fprintf(b.out, "%-10s %14.1f %14.1f %14.1f\n", s.name, float64(before)/mib, float64(with)/mib, float64(with-before)/1024/float64(b.streams))
	return nil
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	if len(sorted) == 0 {
		return 0
	}
	return sorted[len(sorted)/2]
}
