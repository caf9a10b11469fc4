// Package capability says what each harness can do: the providers and the
// deployments that it reaches, the connection modes, the built-in models, and
// which stored connections follow from that. It is the one table that the gates,
// the catalog document and the picker read.
package capability
