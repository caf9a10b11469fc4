package daytona

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// The intervals that clients are told and that are kept.
const (
	pingInterval = 25 * time.Second
	pingTimeout  = 20 * time.Second
)

// hub are the clients that listen for events, each with a mailbox.
type hub struct {
	mu      sync.Mutex
	clients map[chan []byte]context.CancelFunc
	closed  bool
	wg      sync.WaitGroup
}

// mailbox is how many events a slow client may be behind.
const mailbox = 256

func (h *hub) join(stop context.CancelFunc) (chan []byte, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return nil, false
	}
	if h.clients == nil {
		h.clients = map[chan []byte]context.CancelFunc{}
	}
	c := make(chan []byte, mailbox)
	h.clients[c] = stop
	h.wg.Add(1)
	return c, true
}

func (h *hub) leave(c chan []byte) {
	h.mu.Lock()
	delete(h.clients, c)
	h.mu.Unlock()
	h.wg.Done()
}

// tell sends an event to all clients.
func (h *hub) tell(event string, value any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.clients) == 0 {
		return
	}
	text, err := json.Marshal([]any{event, value})
	if err != nil {
		return // events are structs of plain values
	}
	for c := range h.clients {
		select {
		case c <- append([]byte("42"), text...):
		default: // it does not read; it has states to ask for
		}
	}
}

func (h *hub) close() {
	h.mu.Lock()
	h.closed = true
	for _, stop := range h.clients {
		stop()
	}
	h.mu.Unlock()
	h.wg.Wait()
}

// listen speaks Socket.IO, version 4 of its transport, over WebSocket alone.
func (s *Server) listen(w http.ResponseWriter, r *http.Request) {
	if r.URL.Query().Get("transport") != "websocket" {
		http.Error(w, `{"code":0,"message":"Transport unknown"}`, http.StatusBadRequest)
		return
	}
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true})
	if err != nil {
		return // it has been told
	}
	defer conn.CloseNow()
	ctx, stop := context.WithCancel(r.Context())
	defer stop()
	mail, ok := s.events.join(stop)
	if !ok {
		return
	}
	defer s.events.leave(mail)
	open, _ := json.Marshal(map[string]any{
		"sid": "events", "upgrades": []string{}, "pingInterval": pingInterval.Milliseconds(), "pingTimeout": pingTimeout.Milliseconds(), "maxPayload": 1 << 20,
	})
	if conn.Write(ctx, websocket.MessageText, append([]byte("0"), open...)) != nil || !s.welcome(ctx, conn) {
		return
	}
	go func() { // answers to pings, and the client's end
		defer stop()
		for {
			if _, _, err := conn.Read(ctx); err != nil {
				return
			}
		}
	}()
	ping := time.NewTicker(pingInterval)
	defer ping.Stop()
	for {
		text := []byte("2")
		select {
		case <-ctx.Done():
			return
		case text = <-mail:
		case <-ping.C:
		}
		if conn.Write(ctx, websocket.MessageText, text) != nil {
			return
		}
	}
}

// welcome takes the client's first packet, which carries its key.
func (s *Server) welcome(ctx context.Context, conn *websocket.Conn) bool {
	_, text, err := conn.Read(ctx)
	if err != nil {
		return false
	}
	var sent struct {
		Token string `json:"token"`
	}
	packet, isConnect := strings.CutPrefix(string(text), "40")
	_ = json.Unmarshal([]byte(packet), &sent) // no token is a wrong one
	answer := `40{"sid":"events"}`
	welcome := isConnect && s.authorized(strings.TrimPrefix(sent.Token, "Bearer "))
	if !welcome {
		answer = `44{"message":"Unauthorized"}`
	}
	return conn.Write(ctx, websocket.MessageText, []byte(answer)) == nil && welcome
}
