// Package pinned plays pi-acp 0.0.29, the adapter that the platform pins and that
// npm no longer has: it starts a Pi, speaks RPC with it as that adapter does, and
// keeps what a client of the adapter would be told. Its habits are read from the
// adapter's published source. The ones that matter:
//
//   - Answers are matched by a string id; one without an id is waited for for ever.
//   - A turn ends at the first agent_end, whether or not Pi then tries again. What
//     comes afterwards is told outside of a turn, or in the next one.
//   - Only deltas of text and thought, tool calls and retries are told. An answer
//     that failed is an empty turn that ended well.
//   - A prompt that Pi refuses is an empty turn too, unless its text speaks of
//     credentials.
//   - A session is closed with SIGTERM.
//
// A test holds the fake against it, and both against the real Pi.
package pinned
