package loopback

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// Server is one half while it serves.
type Server struct {
	url    string
	http   *http.Server
	cancel context.CancelFunc
}

// Serve starts to serve.
func Serve(handler http.Handler, log *slog.Logger) (*Server, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen on loopback: %w", err)
	}
	base, cancel := context.WithCancel(context.Background())
	s := &Server{
		url:    "http://" + listener.Addr().String(),
		cancel: cancel,
		http: &http.Server{
			Handler:           handler,
			BaseContext:       func(net.Listener) context.Context { return base },
			ReadHeaderTimeout: 30 * time.Second,
			ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
		},
	}
	go func() {
		if err := s.http.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			log.Error("server ended", "error", err)
		}
	}()
	return s, nil
}

// URL is the base address.
func (s *Server) URL() string { return s.url }

// Close cancels what is being served and waits until all of it has ended.
func (s *Server) Close(ctx context.Context) error {
	s.cancel()
	if err := s.http.Shutdown(ctx); err != nil {
		s.http.Close()
		return fmt.Errorf("close a server: %w", err)
	}
	return nil
}
