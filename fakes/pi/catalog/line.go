package catalog

import (
	"encoding/json"
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

// parse reads the line of one model. The lines are part of the binary and a
// test reads them all, so a bad one is a bug here and not an error of the user.
func (p Provider) parse(line string) Model {
	col := strings.Split(line, "\t")
	m := Model{
		ID: col[colID], Name: col[colName], API: p.api, Provider: p.ID, BaseURL: p.baseURL,
		Reasoning:     strings.Contains(col[colFlags], flagReasoning),
		Input:         []string{"text"},
		ContextWindow: number(col[colContext]),
		MaxTokens:     number(col[colMaxTokens]),
	}
	if m.Name == "" {
		m.Name = m.ID
	}
	if strings.Contains(col[colFlags], flagImage) {
		m.Input = append(m.Input, "image")
	}
	cost := strings.Split(col[colCost], " ")
	m.Cost = Cost{number(cost[0]), number(cost[1]), number(cost[2]), number(cost[3])}
	for _, extra := range col[columns:] {
		name, value, _ := strings.Cut(extra, "=")
		switch name {
		case "api":
			m.API = value
		case "url":
			m.BaseURL = value
		case "think":
			decode(value, &m.ThinkingLevelMap)
		case "headers":
			decode(value, &m.Headers)
		case "compat":
			m.Compat = json.RawMessage(value)
		default:
			panic("catalog: unknown column " + extra)
		}
	}
	return m
}

func number(text string) float64 {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		panic(fmt.Sprintf("catalog: %v", err))
	}
	return n
}

func decode(text string, into any) {
	if err := json.Unmarshal([]byte(text), into); err != nil {
		panic(fmt.Sprintf("catalog: %s: %v", text, err))
	}
}
