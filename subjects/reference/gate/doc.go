// Package gate refuses what a harness cannot run: before the vault is read by
// what the author stated, and after it by what was resolved. It knows nothing of
// records and holds no list of its own.
package gate
