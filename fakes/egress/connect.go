package egress

import (
	"bufio"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"syscall"
	"time"

	"github.com/agenta-ai/conform/fakes/internal/journal"
)

// patience is how long a client may take to speak after its tunnel is open.
const patience = 30 * time.Second

// recordHandshake is the first byte of a TLS connection.
const recordHandshake = 0x16

// connect opens a tunnel whose other end is this process.
func (p *Proxy) connect(w http.ResponseWriter, entry *journal.Entry[Call], asked string) {
	target := hostport(asked, "443")
	if handler, reason := p.find(target); handler == nil {
		refuse(w, entry, reason)
		return
	}
	raw, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		refuse(w, entry, "the proxy's own server cannot open tunnels: "+err.Error())
		return
	}
	conn := &tunnel{Conn: raw, reader: buffered.Reader, target: target}
	if !p.tunnels.add(conn) {
		raw.Close()
		entry.Update(func(c *Call) { c.Reason = "the proxy is closed" })
		return
	}
	defer p.tunnels.served.Done()
	entry.Update(func(c *Call) { c.Allowed = true })
	if _, err := io.WriteString(raw, "HTTP/1.1 200 Connection Established\r\n\r\n"); err != nil {
		conn.Close() // the client went away
		return
	}
	// From here on the journal waits for the handshake only: a client that reads
	// an answer inside the tunnel finds the entry complete.
	if err := p.begin(conn); err != nil {
		conn.Close()
		entry.Update(func(c *Call) { c.Reason = "tls: " + err.Error() })
	}
}

// begin finds out whether the client speaks TLS or plain HTTP, as some do
// through a tunnel too, and hands the connection to the tunnels' server.
func (p *Proxy) begin(conn *tunnel) error {
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	first, err := conn.reader.Peek(1)
	if err != nil {
		conn.Close() // never used; nothing went wrong
		return nil
	}
	served := net.Conn(conn)
	if first[0] == recordHandshake {
		host, _, err := net.SplitHostPort(conn.target)
		if err != nil {
			return err
		}
		config, err := p.authority.Config(host)
		if err != nil {
			return err
		}
		secured := tls.Server(conn, config)
		switch err := secured.Handshake(); {
		case errors.Is(err, io.EOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, net.ErrClosed):
			conn.Close() // the client changed its mind, as Node's spare connections do
			return nil
		case err != nil:
			return err // such as the alert of a client that does not know the authority
		}
		served = secured
	}
	if err := conn.SetDeadline(time.Time{}); err != nil && !errors.Is(err, net.ErrClosed) {
		return err
	}
	p.tunnels.serve(served)
	return nil
}

// tunnel is the raw connection under a tunnel. It remembers where the client
// believes to be, and what it said before the tunnel was open.
type tunnel struct {
	net.Conn
	reader *bufio.Reader
	target string // "" for plain HTTP that came past the proxy: each request names its host
	gone   func() // forgets the connection
}

func (t *tunnel) Read(p []byte) (int, error) {
	if t.reader.Buffered() > 0 {
		return t.reader.Read(p)
	}
	return t.Conn.Read(p)
}

func (t *tunnel) Close() error {
	t.gone()
	return t.Conn.Close()
}
