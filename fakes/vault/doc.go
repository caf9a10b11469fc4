// Package vault is a fake of the platform's secret store: GET /secrets/ with
// the records of whoever the credential belongs to, a journal of every call,
// and faults on demand. It knows nothing of cases or clauses.
package vault
