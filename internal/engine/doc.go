// Package engine decides when and where cells run: it hands them to lanes,
// setup by setup, so that a lane rarely has to restart its subject, and makes
// sure that every planned cell has exactly one result whatever happens.
//
// It knows neither the matrix nor the world nor the clauses; whoever wires
// them together gives it the functions.
package engine
