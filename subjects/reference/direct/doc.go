// Package direct makes the HTTP clients with which the halves reach the
// platform's own addresses: the vault and the runner. They never use a proxy,
// which is for what leaves the platform, and never follow a redirect, which
// would carry a credential to an address that nobody configured.
package direct
