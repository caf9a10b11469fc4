// Package shape declares the JSON messages of the subject protocol, version
// 1.0, as the reference reads and writes them. They are declared again here, on
// purpose: the reference shares the protocol with the harness and no code.
package shape
