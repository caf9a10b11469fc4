// Package jsonrpc serves JSON-RPC 2.0 over a pair of streams, one message a
// line. It knows no method.
package jsonrpc
