// Package daytona plays the sandbox cloud: the control plane, the toolbox of
// each sandbox, sessions with logs over WebSocket, state events over Socket.IO,
// preview links, and secrets that the sandbox itself sees as placeholders only.
// The official client libraries work with it.
//
// What a sandbox runs on is behind package machine. Everything that leaves a
// sandbox goes through an egress proxy of its own, where the placeholders of
// secrets become their values, for the hosts that a secret is bound to and for
// no other.
//
// The package knows nothing of cases or clauses. It misbehaves on demand
// (Faults) and keeps a journal.
package daytona
