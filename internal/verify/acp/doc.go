// Package acp drives a Pi through the ACP adapter that platforms put before it, in
// one whole session, and keeps every frame as it came. A test holds the frames of the
// fake against those of the real Pi. Package pinned has the older adapter that npm no
// longer has.
package acp
