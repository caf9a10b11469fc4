// Package mutants holds subjects with one deliberate fault each: data files that
// say which text of the reference or of a fake is replaced by which other. A
// suite that does not notice a mutant is blind.
//
// A file is the mutant's name with ".txt" appended and reads
//
//	gap: 1
//	about: the deployment repeats the record's kind
//	binary: reference
//	kills: RES-3 GATE-4
//
//	-- subjects/reference/resolve/project.go --
//	<<<<
//	the text as it stands, exactly once
//	====
//	the text that takes its place
//	>>>>
//
// with as many blocks in a file, and as many files, as the fault needs. Lines
// that begin with # outside of blocks are comments.
package mutants
