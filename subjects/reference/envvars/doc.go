// Package envvars knows the names of credential variables: the one map from
// provider to variable, the stored extras that become variables, and the names
// that a managed run clears.
//
// Only names live here. Values, and the decision which value goes where, do not.
package envvars
