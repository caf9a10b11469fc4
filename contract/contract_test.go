package contract

import (
	"regexp"
	"slices"
	"testing"
)

func load(t *testing.T) *Contract {
	t.Helper()
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestClausesAreWellFormed(t *testing.T) {
	c := load(t)
	groups := []string{"ENV", "RES", "GATE", "WIRE", "CFG", "ISO", "MODEL", "PICK", "BAN", "DAY", "RUN"}
	id := regexp.MustCompile(`^([A-Z]+)-[1-9][0-9]*$`)
	for _, cl := range c.Clauses {
		m := id.FindStringSubmatch(cl.ID)
		if m == nil || m[1] != cl.Group || !slices.Contains(groups, cl.Group) {
			t.Errorf("clause %q is of group %q", cl.ID, cl.Group)
		}
		if cl.Statement == "" {
			t.Errorf("%s says nothing", cl.ID)
		}
		if !slices.Contains([]string{"must", "should"}, cl.Level) {
			t.Errorf("%s has level %q", cl.ID, cl.Level)
		}
		if _, ok := c.Gaps[cl.Gap]; !ok {
			t.Errorf("%s closes gap %q, which is described nowhere", cl.ID, cl.Gap)
		}
		if !cl.In(Edition20260702) && !cl.In(Edition20260714) {
			t.Errorf("%s is part of no edition", cl.ID)
		}
	}
}

func TestClauseByID(t *testing.T) {
	c := load(t)
	ids := c.IDs()
	if len(ids) != len(c.Clauses) || len(ids) == 0 {
		t.Fatalf("%d ids of %d clauses", len(ids), len(c.Clauses))
	}
	for i, id := range ids {
		if cl, ok := c.Clause(id); !ok || cl.ID != id || c.Clauses[i].ID != id {
			t.Errorf("%s is found as %+v, %v", id, cl, ok)
		}
	}
	if cl, ok := c.Clause("CFG-0"); ok || cl.ID != "" {
		t.Errorf("CFG-0 is found as %+v", cl)
	}
}

func TestIn(t *testing.T) {
	clause := func(statement, gap, relation string) Clause {
		cl := Clause{Statement: statement, Gap: gap}
		cl.Revision.Relation = relation
		return cl
	}
	rows := []struct {
		name          string
		clause        Clause
		first, second bool
	}{
		{"kept", clause("s", "2", "keeps"), true, true},
		{"silent", clause("s", "2", ""), true, true},
		{"dropped", clause("s", "2", "drops"), true, false},
		{"moot", clause("s", "2", "moot"), true, false},
		{"added", clause("(edition-2) s", "2", "adds"), false, true},
		{"of its gap", clause("s", "ed2", "adds"), false, true},
	}
	for _, r := range rows {
		if a, b := r.clause.In(Edition20260702), r.clause.In(Edition20260714); a != r.first || b != r.second {
			t.Errorf("%s: in the plan %v, in the revision %v", r.name, a, b)
		}
		if r.clause.In("2026-01-01") {
			t.Errorf("%s is part of an unknown edition", r.name)
		}
	}
}
