// Package sweep holds runs of one plan over several versions of a subject side by
// side: which clause holds in which version, and between which two it changed.
// It judges nothing: its states are those of the runs.
package sweep
