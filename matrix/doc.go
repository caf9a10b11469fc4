// Package matrix says what there is to run: the axes and their values, the
// constraints that exclude a cell and why, the levels, selection by the user,
// and what the contract expects of each cell. Axes and expectations of an
// edition are data in the folder data/; this package loads, checks and expands
// them.
//
// It does not know how a case is staged, observed or judged, and nothing in it
// is computed from an implementation.
package matrix
