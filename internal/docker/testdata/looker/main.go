// Command looker is a driver whose turns look names up, connect to them past the
// proxy and say what they found. It is a program of its own so that it can be put
// into an image.
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"net"
	"os"
	"strings"
	"time"

	"github.com/agenta-ai/conform/subjects/protocol"
)

// Seen is what there is at a name. The test has the same type.
type Seen struct {
	Name    string `json:"name"`
	Address string `json:"address,omitempty"`
	Issuer  string `json:"issuer,omitempty"` // of the certificate, which was verified
	Error   string `json:"error,omitempty"`
}

func main() {
	var world protocol.World
	err := protocol.Serve(context.Background(), os.Stdin, os.Stdout, func(ctx context.Context, method string, params json.RawMessage) (any, error) {
		switch method {
		case protocol.MethodDescribe:
			return protocol.Description{Name: "looker", Version: "1", Protocol: protocol.Version, Editions: []string{"2026-07-02"}, Capabilities: []string{protocol.CapResolve}, Harnesses: []string{"pi_core"}, Sandboxes: []string{"local"}, Probes: []string{}}, nil
		case protocol.MethodPrepare:
			return protocol.Prepared{}, json.Unmarshal(params, &world)
		case protocol.MethodInvoke:
			return look(ctx, world.CAFile, params)
		}
		return nil, errors.New("no such method")
	})
	if err != nil {
		os.Exit(1)
	}
}

// look looks at the names that the turn's message lists.
func look(ctx context.Context, ca string, params json.RawMessage) (any, error) {
	var turn protocol.Turn
	if err := json.Unmarshal(params, &turn); err != nil {
		return nil, err
	}
	pem, err := os.ReadFile(ca)
	if err != nil {
		return nil, err
	}
	run := x509.NewCertPool()
	run.AppendCertsFromPEM(pem)
	var all []Seen
	for name := range strings.SplitSeq(turn.Messages[0].Content, " ") {
		roots := run
		name, foreign := strings.CutPrefix(name, "foreign:") // for somebody who does not know the run's authority
		if foreign {
			roots = x509.NewCertPool()
		}
		all = append(all, at(ctx, name, roots))
	}
	text, err := json.Marshal(all)
	return protocol.Outcome{OK: true, Status: 200, Reply: string(text)}, err
}

func at(ctx context.Context, name string, roots *x509.CertPool) Seen {
	d := tls.Dialer{NetDialer: &net.Dialer{Timeout: 20 * time.Second}, Config: &tls.Config{RootCAs: roots}}
	conn, err := d.DialContext(ctx, "tcp", net.JoinHostPort(name, "443"))
	if err != nil {
		return Seen{Name: name, Error: err.Error()}
	}
	defer conn.Close()
	state := conn.(*tls.Conn).ConnectionState()
	return Seen{Name: name, Address: conn.RemoteAddr().String(), Issuer: state.PeerCertificates[0].Issuer.CommonName}
}
