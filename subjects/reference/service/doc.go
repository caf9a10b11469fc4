// Package service is the service half: it serves POST /invoke and the catalog.
// It reads an agent's configuration, resolves its connection, writes the run
// request and hands the runner's answer to its caller. It starts no process and
// keeps no key; the runner is an address to it.
package service
