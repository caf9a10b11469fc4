package world

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
)

// listener is one HTTP server on loopback.
type listener struct {
	url    string
	server *http.Server
	ended  chan struct{}
}

func serve(h http.Handler, log *slog.Logger) (*listener, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen on loopback: %w", err)
	}
	s := &listener{
		url:   "http://" + l.Addr().String(),
		ended: make(chan struct{}),
		// What clients do wrong on a connection is evidence elsewhere or nothing.
		server: &http.Server{Handler: h, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug)},
	}
	go func() {
		defer close(s.ended)
		if err := s.server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			log.Error("a server of the world ended", "error", err)
		}
	}()
	return s, nil
}

// close cuts all connections and waits for the accept loop.
func (l *listener) close() {
	_ = l.server.Close() // nothing can be lost with a listener
	<-l.ended
}
