// Package loopback serves one half of the platform on an address of this
// machine that the system chooses.
package loopback
