package input

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// Case names an input: a seed, a number, and the parts that are left out.
type Case struct {
	Seed    uint64
	N       int
	Without Parts
}

// Parts is a set of parts of an input, by their number. The zero value is empty.
type Parts struct{ bits big.Int }

// With returns the set and one more part.
func (p Parts) With(parts ...int) Parts {
	var q Parts
	q.bits.Set(&p.bits)
	for _, n := range parts {
		q.bits.SetBit(&q.bits, n, 1)
	}
	return q
}

// Has reports whether the part is in the set.
func (p Parts) Has(part int) bool { return p.bits.Bit(part) == 1 }

// Empty reports whether there is no part in the set.
func (p Parts) Empty() bool { return p.bits.Sign() == 0 }

// String is the name by which the case can be had again, such as "1/42" or,
// with parts left out, "1/42-3f0".
func (c Case) String() string {
	text := fmt.Sprintf("%d/%d", c.Seed, c.N)
	if !c.Without.Empty() {
		text += "-" + c.Without.bits.Text(16)
	}
	return text
}

// ParseCase reads what String writes.
func ParseCase(text string) (Case, error) {
	bad := fmt.Errorf("%q is no case: want SEED/NUMBER or SEED/NUMBER-PARTS, such as 1/42", text)
	seed, rest, ok := strings.Cut(text, "/")
	if !ok {
		return Case{}, bad
	}
	number, without, some := strings.Cut(rest, "-")
	var c Case
	var err error
	if c.Seed, err = strconv.ParseUint(seed, 10, 64); err != nil {
		return Case{}, bad
	}
	if c.N, err = strconv.Atoi(number); err != nil || c.N < 0 {
		return Case{}, bad
	}
	if some {
		if _, ok := c.Without.bits.SetString(without, 16); !ok || c.Without.bits.Sign() <= 0 {
			return Case{}, bad
		}
	}
	return c, nil
}

// Input makes the input of the case.
func (c Case) Input() Input {
	in, _ := without(generate(c.Seed, c.N), c.Without)
	return in
}

// A Part is one thing that can be left out of an input.
type Part struct {
	Number int
	Name   string // such as "file .pi/agent/auth.json: groq"
	Parent int    // that it belongs to, -1 for none
}

// Parts lists the parts of the whole input of a case, ancestors first.
func (c Case) Parts() []Part {
	_, parts := without(generate(c.Seed, c.N), Parts{})
	return parts
}

// walker numbers parts and leaves some out.
type walker struct {
	drop  Parts
	parts []Part
}

// part counts one and reports whether it stays.
func (w *walker) part(parent int, name string) (number int, stays bool) {
	number = len(w.parts)
	w.parts = append(w.parts, Part{number, name, parent})
	return number, !w.drop.Has(number)
}

// without returns the input with some parts left out, and what parts it has. The
// numbers are those of the whole input, whatever is left out.
func without(in Input, drop Parts) (Input, []Part) {
	w := &walker{drop: drop}
	out := Input{}
	for _, s := range in.Steps {
		n, stays := w.part(-1, "step "+s.Line)
		kept := s
		kept.During = nil
		for _, d := range s.During {
			if s.Replies[0].Fault == Stall { // nothing else would ever end it
				kept.During = s.During
				break
			}
			if _, stays := w.part(n, "during: "+string(d)); stays {
				kept.During = append(kept.During, d)
			}
		}
		if stays {
			out.Steps = append(out.Steps, kept)
		}
	}
	for _, f := range in.Files {
		n, stays := w.part(-1, "file "+f.Path)
		if f.Tree != nil {
			tree := w.tree(n, "file "+f.Path, *f.Tree)
			f.Tree = &tree
		}
		if stays {
			out.Files = append(out.Files, f)
		}
	}
	for _, v := range in.Env {
		name, _, _ := strings.Cut(v, "=")
		if _, stays := w.part(-1, "variable "+name); stays {
			out.Env = append(out.Env, v)
		}
	}
	for i, a := range in.Args {
		if i < 1 { // what makes it a conversation, or a list
			out.Args = append(out.Args, a)
			continue
		}
		if _, stays := w.part(-1, "option "+strings.Join(a, " ")); stays {
			out.Args = append(out.Args, a)
		}
	}
	if in.RPC() && !out.RPC() {
		out.Steps = []Step{{Kind: End, Line: EOF}}
	}
	return out, w.parts
}

func (w *walker) tree(parent int, name string, n Node) Node {
	if n.Raw != "" {
		return n
	}
	kept := Node{List: n.List}
	for i, f := range n.Fields {
		label := f.Name
		if n.List {
			label = strconv.Itoa(i)
		}
		label = name + ": " + label
		number, stays := w.part(parent, label)
		value := w.tree(number, label, f.Value)
		if stays {
			kept.Fields = append(kept.Fields, Member{f.Name, value})
		}
	}
	return kept
}
