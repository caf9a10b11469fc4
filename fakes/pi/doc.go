// Package pi plays the Pi coding agent: `pi --mode rpc` with the real rules for
// its agent folder, its catalogue of models, its RPC and the requests that it
// makes, and with a flight record of all of it.
//
// It plays versions of Pi, each a small set of differences (internal/persona).
// It does not execute extensions, and it does not summarise long conversations.
// One thing it does that Pi does not: where the sidecar has a banner, the first
// answer begins with it, as if an adapter had put its start-up banner into the
// stream. The banner is no part of the message that the provider sent: it is
// only in the text_delta events.
//
// What a record means, and which one is wanted, is decided elsewhere: nothing
// here knows of subjects, suites, cases or clauses.
package pi
