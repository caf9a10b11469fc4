package egress

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"sync"
	"time"
)

// validity is how long certificates are good: longer than any run, and short
// enough that a forgotten one is no danger.
const validity = 7 * 24 * time.Hour

// Authority is a certificate authority that lives as long as a run. Its leaf
// certificates are made on first use and shared by all lanes. Its methods are
// safe for concurrent use.
type Authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	pem  []byte

	mu      sync.Mutex
	configs map[string]*tls.Config // by host
}

// NewAuthority makes an authority with a key of its own. The key never leaves
// the process.
func NewAuthority() (*Authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make an authority's key: %w", err)
	}
	template := &x509.Certificate{
		Subject:               pkix.Name{CommonName: "conform run authority"},
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
		IsCA:                  true,
		BasicConstraintsValid: true,
	}
	der, err := sign(template, template, key, key)
	if err != nil {
		return nil, fmt.Errorf("make an authority: %w", err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("make an authority: %w", err)
	}
	return &Authority{
		cert:    cert,
		key:     key,
		pem:     pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		configs: map[string]*tls.Config{},
	}, nil
}

// PEM is the authority's certificate as clients load it.
func (a *Authority) PEM() []byte { return append([]byte(nil), a.pem...) }

// Pool holds the authority's certificate alone.
func (a *Authority) Pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.cert)
	return pool
}

// Config is what a server that plays host needs for TLS. It is shared: do not
// change it.
func (a *Authority) Config(host string) (*tls.Config, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if config, ok := a.configs[host]; ok {
		return config, nil
	}
	leaf, err := a.leaf(host)
	if err != nil {
		return nil, fmt.Errorf("make a certificate for %s: %w", host, err)
	}
	config := &tls.Config{
		Certificates: []tls.Certificate{leaf},
		NextProtos:   []string{"http/1.1"},
		MinVersion:   tls.VersionTLS12,
		// The hybrid post-quantum exchange costs more than the rest of the
		// handshake, and each case makes a new connection.
		CurvePreferences: []tls.CurveID{tls.X25519, tls.CurveP256},
		// A case must not see the session of another one.
		SessionTicketsDisabled: true,
	}
	a.configs[host] = config
	return config, nil
}

func (a *Authority) leaf(host string) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	template := &x509.Certificate{
		Subject:     pkix.Name{CommonName: host},
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if ip := net.ParseIP(host); ip != nil {
		template.IPAddresses = []net.IP{ip}
	} else {
		template.DNSNames = []string{host}
	}
	der, err := sign(template, a.cert, key, a.key)
	if err != nil {
		return tls.Certificate{}, err
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: cert}, nil
}

// sign completes the template and returns its certificate in DER.
func sign(template, parent *x509.Certificate, key, signer *ecdsa.PrivateKey) ([]byte, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, err
	}
	now := time.Now()
	template.SerialNumber = serial
	template.NotBefore = now.Add(-time.Hour) // a sandbox's clock may be behind
	template.NotAfter = now.Add(validity)
	return x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
}
