package mutants

import (
	"fmt"
	"strings"
)

// The lines that frame an edit.
const (
	opens   = "<<<<"
	divides = "===="
	closes  = ">>>>"
)

// parser reads one mutant file line by line.
type parser struct {
	m     Mutant
	file  string           // that the next block edits
	block *strings.Builder // the half being read, nil outside of blocks
	old   string
	half  int // 1 before the divider, 2 after it
}

func parse(name, text string) (Mutant, error) {
	p := parser{m: Mutant{Name: name, Binary: "reference"}}
	for i, line := range strings.Split(text, "\n") {
		if err := p.line(line); err != nil {
			return Mutant{}, fmt.Errorf("mutant %s, line %d: %w", name, i+1, err)
		}
	}
	switch {
	case p.block != nil:
		return Mutant{}, fmt.Errorf("mutant %s: the last block is not closed by %s", name, closes)
	case p.m.About == "" || p.m.Gap == "":
		return Mutant{}, fmt.Errorf("mutant %s: it must say gap and about", name)
	case len(p.m.Edits) == 0:
		return Mutant{}, fmt.Errorf("mutant %s: it changes nothing", name)
	}
	return p.m, nil
}

func (p *parser) line(line string) error {
	if p.block != nil {
		return p.inside(line)
	}
	switch trimmed := strings.TrimSpace(line); {
	case trimmed == "" || strings.HasPrefix(trimmed, "#"):
		return nil
	case trimmed == opens:
		if p.file == "" {
			return fmt.Errorf("a block before any -- file -- line")
		}
		p.block, p.half = &strings.Builder{}, 1
		return nil
	case strings.HasPrefix(trimmed, "-- ") && strings.HasSuffix(trimmed, " --"):
		p.file = strings.TrimSpace(trimmed[3 : len(trimmed)-3])
		return nil
	default:
		return p.header(trimmed)
	}
}

func (p *parser) inside(line string) error {
	switch {
	case line == divides && p.half == 1:
		p.old, p.block, p.half = p.block.String(), &strings.Builder{}, 2
		if strings.TrimSpace(p.old) == "" {
			return fmt.Errorf("the text to replace is empty")
		}
	case line == closes && p.half == 2:
		e := Edit{File: p.file, Old: p.old, New: p.block.String()}
		if e.Old == e.New {
			return fmt.Errorf("both halves are the same")
		}
		p.m.Edits, p.block = append(p.m.Edits, e), nil
	case line == opens || line == divides || line == closes:
		return fmt.Errorf("%s is out of place", line)
	default:
		p.block.WriteString(line + "\n")
	}
	return nil
}

func (p *parser) header(line string) error {
	key, value, ok := strings.Cut(line, ":")
	value = strings.TrimSpace(value)
	if !ok || value == "" {
		return fmt.Errorf("%q is neither header, file line nor block", line)
	}
	switch key {
	case "gap":
		p.m.Gap = value
	case "about":
		p.m.About = value
	case "edition":
		p.m.Edition = value
	case "binary":
		p.m.Binary = value
	case "kills":
		p.m.Kills = strings.Fields(value)
	default:
		return fmt.Errorf("unknown header %q", key)
	}
	return nil
}
