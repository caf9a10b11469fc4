// Package runner stands where the platform's service half expects its runner.
// It records the exact request and either answers it itself (for subjects that
// have no runner half) or hands it on to the real runner unchanged and records
// the reply. It knows nothing of cases or clauses.
package runner
