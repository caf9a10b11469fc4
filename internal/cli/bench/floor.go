package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"
)

// floor is how many processes that make one HTTP request the machine starts and
// ends in a second.
func (b *bench) floor(ctx context.Context) (float64, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	var served atomic.Int64
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		served.Add(1)
		fmt.Fprintln(w, "ok")
	})}
	go func() { _ = server.Serve(listener) }() // ends with Close
	defer server.Close()
	url := "http://" + listener.Addr().String()
	failures := make(chan error, b.workers)
	var working sync.WaitGroup
	start := time.Now()
	for range b.workers {
		working.Go(func() {
			for time.Since(start) < b.window && ctx.Err() == nil {
				if err := exec.CommandContext(ctx, filepath.Join(b.dir, "floor"), url).Run(); err != nil {
					failures <- fmt.Errorf("floor process: %w", err)
					return
				}
			}
		})
	}
	working.Wait()
	took := time.Since(start)
	select {
	case err := <-failures:
		return 0, err
	default:
		return float64(served.Load()) / took.Seconds(), ctx.Err()
	}
}
