package mutants

import "embed"

//go:embed all:*.txt
var data embed.FS

// All gives the mutants that come with conform, sorted by name.
func All() ([]Mutant, error) { return Load(data) }
