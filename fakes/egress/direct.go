package egress

import (
	"bufio"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"strings"
	"time"
)

// Direct serves clients that look a public name up and connect to it, past the
// proxy, where that name leads to l: to a port for TLS or for plain HTTP. It
// returns when l is closed. Each connection is in the journal as a CONNECT that
// came directly.
func (p *Proxy) Direct(l net.Listener) error {
	for {
		raw, err := l.Accept()
		if errors.Is(err, net.ErrClosed) {
			return nil
		}
		if err != nil {
			return err
		}
		conn := &tunnel{Conn: raw, reader: bufio.NewReader(raw)}
		if !p.tunnels.add(conn) {
			raw.Close()
			continue
		}
		go func() {
			defer p.tunnels.served.Done()
			p.receive(conn)
		}()
	}
}

// receive finds out what a client speaks that came past the proxy.
func (p *Proxy) receive(conn *tunnel) {
	if conn.SetDeadline(time.Now().Add(patience)) != nil {
		conn.Close()
		return
	}
	first, err := conn.reader.Peek(1)
	if err != nil {
		conn.Close() // never used; nothing went wrong
		return
	}
	if first[0] != recordHandshake {
		if conn.SetDeadline(time.Time{}) != nil {
			conn.Close()
			return
		}
		p.tunnels.serve(conn)
		return
	}
	p.secure(conn)
}

// secure does the handshake in the name that the client asks for.
func (p *Proxy) secure(conn *tunnel) {
	entry := p.calls.Open(Call{At: time.Now(), Method: http.MethodConnect, Direct: true})
	defer entry.Close()
	var refused string
	secured := tls.Server(conn, &tls.Config{GetConfigForClient: func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		name := strings.ToLower(hello.ServerName)
		if name == "" {
			refused = "no server name"
			return nil, errors.New(refused)
		}
		conn.target = net.JoinHostPort(name, "443")
		entry.Update(func(c *Call) { c.Host = conn.target })
		if handler, reason := p.find(conn.target); handler == nil {
			refused = reason
			return nil, errors.New(reason)
		}
		return p.authority.Config(name)
	}})
	err := secured.Handshake()
	if err == nil {
		err = conn.SetDeadline(time.Time{})
	}
	switch {
	case refused != "":
		entry.Update(func(c *Call) { c.Reason = refused })
		conn.Close()
	case err != nil:
		entry.Update(func(c *Call) { c.Allowed, c.Reason = true, "tls: "+err.Error() })
		conn.Close()
	default:
		entry.Update(func(c *Call) { c.Allowed = true })
		p.tunnels.serve(secured)
	}
}

// plain answers a request without TLS that came past the proxy.
func (p *Proxy) plain(w http.ResponseWriter, r *http.Request) {
	target := hostport(r.Host, "80")
	entry := p.calls.Open(Call{At: time.Now(), Method: r.Method, Host: target, Direct: true})
	defer entry.Close()
	handler, reason := p.find(target)
	if handler == nil {
		refuse(w, entry, reason)
		return
	}
	entry.Update(func(c *Call) { c.Allowed = true })
	entry.Close() // its answer is the business of whoever plays the host
	handler.ServeHTTP(w, r)
}
