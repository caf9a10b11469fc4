package wire

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"net"
	"net/url"
	"os"
	"time"
)

// dialLimit bounds how long a connection may take to be made.
const dialLimit = 10 * time.Second

// dial connects to the host of a URL, through a proxy if the environment has
// one, and secures the connection if the URL says so.
func (c *Client) dial(ctx context.Context, target *url.URL) (net.Conn, error) {
	proxy, err := proxyFor(target, c.env)
	if err != nil {
		return nil, fmt.Errorf("proxy: %w", err)
	}
	first := target
	if proxy != nil {
		first = proxy
	}
	dialer := net.Dialer{Timeout: dialLimit}
	conn, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort(first.Hostname(), portOf(first)))
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	if proxy != nil {
		if conn, err = c.tunnel(ctx, conn, proxy, target); err != nil {
			return nil, err
		}
	}
	if target.Scheme == "https" {
		return c.secure(ctx, conn, target.Hostname())
	}
	return conn, nil
}

// tunnel asks the proxy at the other end of conn for a connection to target.
func (c *Client) tunnel(ctx context.Context, conn net.Conn, proxy, target *url.URL) (_ net.Conn, err error) {
	if proxy.Scheme == "https" {
		if conn, err = c.secure(ctx, conn, proxy.Hostname()); err != nil {
			return nil, err
		}
	}
	defer func() {
		if err != nil {
			conn.Close()
		}
	}()
	host := net.JoinHostPort(target.Hostname(), portOf(target))
	ask := "CONNECT " + host + " HTTP/1.1\r\nhost: " + host + "\r\nconnection: close\r\n"
	if proxy.User != nil {
		password, _ := proxy.User.Password()
		ask += "proxy-authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(proxy.User.Username()+":"+password)) + "\r\n"
	}
	if _, err := conn.Write([]byte(ask + "\r\n")); err != nil {
		return nil, err
	}
	// A proxy sends nothing after its answer before the client does, so nothing
	// of the tunnel can be lost in this reader.
	status, _, _, err := readHead(bufio.NewReader(conn))
	if err != nil {
		return nil, fmt.Errorf("proxy: %w", err)
	}
	if status != 200 {
		return nil, fmt.Errorf("proxy: answered %d", status)
	}
	return conn, nil
}

func (c *Client) secure(ctx context.Context, conn net.Conn, host string) (net.Conn, error) {
	config := &tls.Config{
		ServerName: host,
		MinVersion: tls.VersionTLS12,
		NextProtos: []string{"http/1.1"},
		// One key share, the cheapest: a second one, as Go would send, costs a
		// process that makes a single request more than the request itself.
		CurvePreferences:   []tls.CurveID{tls.X25519, tls.CurveP256, tls.CurveP384},
		InsecureSkipVerify: c.env("NODE_TLS_REJECT_UNAUTHORIZED") == "0", // as Node does
	}
	if path := c.env("NODE_EXTRA_CA_CERTS"); path != "" {
		// The system's own roots are left out here: to read them takes
		// milliseconds, and who sets this variable has an authority of his own.
		pem, err := os.ReadFile(path)
		if err == nil {
			config.RootCAs = x509.NewCertPool()
			config.RootCAs.AppendCertsFromPEM(pem)
		} // Node warns and goes on
	}
	secured := tls.Client(conn, config)
	if err := secured.HandshakeContext(ctx); err != nil {
		conn.Close()
		return nil, err
	}
	return secured, nil
}
