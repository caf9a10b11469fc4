package matrix

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/agenta-ai/conform/contract"
	"github.com/agenta-ai/conform/internal/nearest"
)

// A table decides some facts of a case: the first of its rows that matches.
type table struct {
	name  string
	means string
	facts []string
	rows  []tableRow
}

type tableRow struct {
	position
	when    conditions
	then    map[string]string
	clauses []string
	because string
}

// Fact is one expected value and the row that decided it.
type Fact struct {
	Name    string
	Value   string
	Clauses []string
	Row     string // file:line
	Because string
}

// Expectation is all that the contract's tables say of a case.
type Expectation struct {
	Facts []Fact
}

// Get is the value of a fact; it panics on a name that no table decides, which
// is a mistake in the program.
func (x Expectation) Get(name string) string {
	for _, f := range x.Facts {
		if f.Name == name {
			return f.Value
		}
	}
	panic(fmt.Sprintf("matrix: no fact %q", name))
}

// Is reports whether a fact has one of the values.
func (x Expectation) Is(name string, values ...string) bool {
	return slices.Contains(values, x.Get(name))
}

// Expect works out what the contract expects of a case. A case for which a
// table has no row is an error: a hole in the contract's tables.
func (m *Matrix) Expect(c Case) (Expectation, error) {
	var x Expectation
	get := func(name string) string {
		for _, f := range x.Facts {
			if f.Name == name {
				return f.Value
			}
		}
		return c.Get(name)
	}
	for _, t := range m.tables {
		i := slices.IndexFunc(t.rows, func(r tableRow) bool { return r.when.match(get) })
		if i < 0 {
			return x, fmt.Errorf("expect %s: table %q has no row for it", c, t.name)
		}
		r := t.rows[i]
		for _, name := range t.facts {
			x.Facts = append(x.Facts, Fact{name, m.fill(r.then[name], c), r.clauses, r.row(), r.because})
		}
	}
	return x, nil
}

// fill replaces {kind.x} by the fixture of the case's provider kind.
func (m *Matrix) fill(text string, c Case) string {
	if !strings.Contains(text, "{kind.") {
		return text
	}
	for field, value := range m.Kinds[c.Get("provider")] {
		text = strings.ReplaceAll(text, "{kind."+field+"}", value)
	}
	return text
}

func (m *Matrix) loadTables(files fs.FS, c *contract.Contract) error {
	file := "expectations/" + m.Edition + ".yaml"
	root, err := open(files, file)
	if err != nil {
		return err
	}
	top, err := root.entries()
	if err != nil {
		return err
	}
	words := m.vocabulary()
	words.forgetRun() // what is expected does not depend on who plays Pi, and a file is of one edition
	for _, e := range top {
		switch e.name {
		case "edition":
			if v, _ := e.value.text(); v != m.Edition {
				return e.value.Errorf("edition %q in the file of %q", v, m.Edition)
			}
		case "tables":
			items, err := e.value.items()
			if err != nil {
				return err
			}
			for _, it := range items {
				t, err := readTable(it, words, c)
				if err != nil {
					return err
				}
				m.tables = append(m.tables, t)
			}
		default:
			return e.key.Errorf("unknown key %q; allowed are edition and tables", e.name)
		}
	}
	return nil
}

// readTable reads one table and adds its facts to what later tables may speak of.
func readTable(n node, words vocabulary, c *contract.Contract) (table, error) {
	var t table
	fields, err := n.entries()
	if err != nil {
		return t, err
	}
	allowed := map[string][]string{}
	for _, f := range fields {
		switch f.name {
		case "table":
			t.name, err = f.value.text()
		case "means":
			t.means, err = f.value.text()
		case "facts":
			var facts []entry
			if facts, err = f.value.entries(); err != nil {
				return t, err
			}
			for _, fact := range facts {
				if _, taken := words.values[fact.name]; taken {
					return t, fact.key.Errorf("%q is decided twice", fact.name)
				}
				values, err := fact.value.texts()
				if err != nil {
					return t, err
				}
				if len(values) == 1 && values[0] == "text" {
					values = nil
				}
				t.facts, allowed[fact.name] = append(t.facts, fact.name), values
			}
		case "rows":
			var items []node
			if items, err = f.value.items(); err != nil {
				return t, err
			}
			for _, it := range items {
				r, err := readRow(it, words, allowed, c)
				if err != nil {
					return t, err
				}
				t.rows = append(t.rows, r)
			}
		default:
			err = f.key.Errorf("unknown key %q; allowed are table, means, facts, rows", f.name)
		}
		if err != nil {
			return t, err
		}
	}
	if t.name == "" || len(t.facts) == 0 || len(t.rows) == 0 {
		return t, n.Errorf("a table needs a name, facts and rows")
	}
	maps.Copy(words.values, allowed)
	return t, nil
}

func readRow(n node, words vocabulary, facts map[string][]string, c *contract.Contract) (tableRow, error) {
	r := tableRow{position: n.position, then: map[string]string{}}
	fields, err := n.entries()
	if err != nil {
		return r, err
	}
	for _, f := range fields {
		switch f.name {
		case "when":
			r.when, err = words.conditions(f.value)
		case "then":
			err = r.readThen(f.value, facts)
		case "clauses":
			var items []node
			if items, err = f.value.items(); err != nil {
				return r, err
			}
			for _, it := range items {
				id, err := it.text()
				if err != nil {
					return r, err
				}
				if _, ok := c.Clause(id); !ok {
					return r, it.Errorf("no clause %q%s", id, nearest.Hint(id, c.IDs()))
				}
				r.clauses = append(r.clauses, id)
			}
		case "because":
			r.because, err = f.value.text()
		default:
			err = f.key.Errorf("unknown key %q; allowed are when, then, clauses, because", f.name)
		}
		if err != nil {
			return r, err
		}
	}
	if len(r.clauses) == 0 {
		return r, n.Errorf("a row names the clauses it rests on")
	}
	for name := range facts {
		if _, ok := r.then[name]; !ok {
			return r, n.Errorf("the row does not decide %q", name)
		}
	}
	return r, nil
}

func (r *tableRow) readThen(n node, facts map[string][]string) error {
	entries, err := n.entries()
	if err != nil {
		return err
	}
	for _, e := range entries {
		allowed, ok := facts[e.name]
		if !ok {
			return e.key.Errorf("the table does not decide %q%s", e.name, nearest.Hint(e.name, slices.Sorted(maps.Keys(facts))))
		}
		v, err := e.value.text()
		if err != nil {
			return err
		}
		if allowed != nil && !slices.Contains(allowed, v) && !strings.Contains(v, "{kind.") {
			return e.value.Errorf("%s has no value %q%s", e.name, v, nearest.Hint(v, allowed))
		}
		r.then[e.name] = v
	}
	return nil
}
