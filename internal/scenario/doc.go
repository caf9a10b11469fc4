// Package scenario turns a case into what the world has to stage: records in
// the vault, the operator's login, the agent's configuration, the provider's
// script. It plants a canary for each role and knows no expected result.
package scenario
