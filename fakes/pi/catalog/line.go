package catalog

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// The columns of a model's line, after which come optional "name=value" columns
// for what differs from the provider or from most models.
const (
	colID = iota
	colName
	colFlags
	colContext
	colMaxTokens
	colCost
	columns
)

// Flags of a model.
const (
	flagReasoning = "r"
	flagImage     = "i"
)

// parse reads the line of one model.
func (p Provider) parse(line string) (Model, error) {
	col := strings.Split(line, "\t")
	if len(col) < columns || col[colID] == "" {
		return Model{}, fmt.Errorf("a model has an id and %d columns", columns)
	}
	m := Model{
		ID: col[colID], Name: col[colName], API: p.api, Provider: p.ID, BaseURL: p.baseURL,
		Reasoning: strings.Contains(col[colFlags], flagReasoning),
		Input:     []string{"text"},
	}
	if m.Name == "" {
		m.Name = m.ID
	}
	if strings.Contains(col[colFlags], flagImage) {
		m.Input = append(m.Input, "image")
	}
	cost := strings.Split(col[colCost], " ")
	if len(cost) != 4 {
		return Model{}, fmt.Errorf("%q is not four prices", col[colCost])
	}
	for _, n := range []struct {
		text string
		into *float64
	}{
		{col[colContext], &m.ContextWindow}, {col[colMaxTokens], &m.MaxTokens},
		{cost[0], &m.Cost.Input}, {cost[1], &m.Cost.Output}, {cost[2], &m.Cost.CacheRead}, {cost[3], &m.Cost.CacheWrite},
	} {
		var err error
		if *n.into, err = strconv.ParseFloat(n.text, 64); err != nil {
			return Model{}, err
		}
	}
	for _, extra := range col[columns:] {
		if err := m.extra(extra); err != nil {
			return Model{}, fmt.Errorf("%s: %w", extra, err)
		}
	}
	return m, nil
}

// extra reads one of the optional columns.
func (m *Model) extra(column string) error {
	name, value, _ := strings.Cut(column, "=")
	switch name {
	case "api":
		m.API = value
	case "url":
		m.BaseURL = value
	case "think":
		return json.Unmarshal([]byte(value), &m.ThinkingLevelMap)
	case "headers":
		return json.Unmarshal([]byte(value), &m.Headers)
	case "tiers":
		return json.Unmarshal([]byte(value), &m.Cost.Tiers)
	case "compat":
		m.Compat = json.RawMessage(value)
	case "limits":
		m.InputLimits = json.RawMessage(value)
	case "cache":
		m.PromptCache = json.RawMessage(value)
	default:
		return errors.New("unknown column")
	}
	return nil
}
