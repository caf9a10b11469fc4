// Package protocol is the contract between conform and the driver of a subject:
// JSON-RPC 2.0, one message a line, over the driver's stdin and stdout, with
// stderr as its log. The messages are published as JSON Schema in schema.json.
//
// Only shapes and their transport live here; no expected result does, and no
// message carries one: a driver never learns which case it is in.
package protocol
