// Package vault reads the secrets of a project through the platform's existing
// list route, with the credential of the caller. It only reads: no other route,
// no write. What a record means for a run is decided elsewhere.
package vault
