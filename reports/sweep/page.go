package sweep

import (
	"embed"
	"html/template"
	"io"
)

//go:embed page.html
var pageFS embed.FS

// HTML writes the table as one page that works offline.
func HTML(w io.Writer, t Table) error {
	page, err := template.New("page.html").Funcs(template.FuncMap{
		"count": count, "changes": changesText, "took": took, "cells": cells,
		"class": func(s State) string {
			return map[State]string{Holds: "holds", Violated: "violated", NotApplicable: "na", Masked: "na", Broken: "error"}[s]
		},
	}).ParseFS(pageFS, "page.html")
	if err != nil {
		return err
	}
	return page.Execute(w, t)
}
