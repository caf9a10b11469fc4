// Package reference is the root of the planned platform path: the subject that
// ships with conform. It has both halves of edition 2026-07-02 and the service
// half of 2026-07-14; package edition says how the two differ. It is a system that could be
// deployed, in two halves that only speak HTTP to each other.
//
// The service half takes a turn, reads the vault, resolves a connection, asks
// the gates and sends the run request; the runner half turns that request into
// a private agent folder, an environment and one Pi process. The driver starts
// both and speaks the subject protocol.
//
// Nothing below this folder imports anything of the harness: the two must not
// be able to share a mistake. A test of this package holds that rule.
package reference
