package findings

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/agenta-ai/conform/contract"
	"github.com/goccy/go-yaml"
)

//go:embed questions.yaml
var questionsYAML []byte

// question is one entry of questions.yaml.
type question struct {
	Clauses []string `yaml:"clauses"`
	Told    string   `yaml:"told"`
	Seen    string   `yaml:"seen"`
	Why     string   `yaml:"why"`
}

type open []question

// questions reads the list. An entry that speaks of no known clause, of nothing,
// or without a reason, is an error.
func questions(c *contract.Contract) (open, error) {
	var list open
	if err := yaml.Unmarshal(questionsYAML, &list); err != nil {
		return nil, fmt.Errorf("questions.yaml: %w", err)
	}
	for i, q := range list {
		if q.Why == "" || len(q.Clauses) == 0 && q.Told == "" && q.Seen == "" {
			return nil, fmt.Errorf("questions.yaml: entry %d says nothing", i+1)
		}
		for _, id := range q.Clauses {
			if _, ok := c.Clause(id); !ok {
				return nil, fmt.Errorf("questions.yaml: entry %d: no clause %s", i+1, id)
			}
		}
	}
	return list, nil
}

// about is why a finding may be no fault, "" if there is no doubt. All of its
// clauses must be in doubt: one that is not makes it a finding.
func (list open) about(f Finding, group []*symptom) string {
	var reasons []string
	for _, c := range f.Clauses {
		reason := list.asks(c.ID, f, group)
		if reason == "" {
			reason = takenBack(c)
		}
		if reason == "" {
			return ""
		}
		if !slices.Contains(reasons, reason) {
			reasons = append(reasons, reason)
		}
	}
	return strings.Join(reasons, " ")
}

func (list open) asks(clause string, f Finding, group []*symptom) string {
	for _, q := range list {
		if len(q.Clauses) > 0 && !slices.Contains(q.Clauses, clause) || !strings.Contains(f.Told, q.Told) {
			continue
		}
		if q.Seen == "" || strings.Contains(f.Title, q.Seen) || slices.ContainsFunc(group, func(s *symptom) bool {
			return strings.HasPrefix(s.key, clause+": ") && strings.Contains(s.key, q.Seen)
		}) {
			return strings.TrimSpace(q.Why)
		}
	}
	return ""
}

// takenBack says what the revision has done to a clause.
func takenBack(c contract.Clause) string {
	switch r := c.Revision; {
	case r.Relation == "reverses", r.Relation == "changes", r.Relation == "drops":
		text := "The revision of " + contract.Edition20260714 + " " + r.Relation + " " + c.ID
		if r.Note != "" {
			text += " (" + r.Note + ")"
		}
		return text + "."
	case r.Relation == "silent" && r.Note != "":
		return "The revision of " + contract.Edition20260714 + " does not speak of " + c.ID + " (" + r.Note + ")."
	}
	return ""
}
