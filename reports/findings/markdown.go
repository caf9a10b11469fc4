package findings

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// Markdown writes the document for people.
func Markdown(w io.Writer, doc Document) error {
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "# Findings: %s\n\n", subject(doc))
	fmt.Fprintf(out, "Contract of %s, level %s, %d cells. %d findings, %d questions.\n", doc.Edition, doc.Level, doc.Cells, len(doc.Findings), len(doc.Questions))
	for _, text := range doc.Incomplete {
		fmt.Fprintf(out, "\n**Not whole:** %s.\n", text)
	}
	if len(doc.Findings) > 0 {
		fmt.Fprintf(out, "\n| | severity | what | cells | clauses |\n|---|---|---|---|---|\n")
		for _, f := range doc.Findings {
			fmt.Fprintf(out, "| %s | %s | %s | %d | %s |\n", f.ID, f.Severity, cell(f.Title), f.Cells, strings.Join(ids(f), ", "))
		}
	}
	for _, f := range doc.Findings {
		write(out, f)
	}
	if len(doc.Questions) > 0 {
		fmt.Fprint(out, "\n# Questions\n\nThe contract leaves these open, or its revision takes back what they are about. They may be no faults.\n")
	}
	for _, f := range doc.Questions {
		write(out, f)
	}
	return out.Flush()
}

func subject(doc Document) string {
	if len(doc.Versions) > 1 {
		return strings.Join(doc.Versions, ", ")
	}
	return doc.Subject
}

func write(out io.Writer, f Finding) {
	fmt.Fprintf(out, "\n## %s. %s\n\n", f.ID, strings.TrimSuffix(f.Title, "."))
	if f.Question != "" {
		fmt.Fprintf(out, "**Question.** %s\n\n", f.Question)
	} else {
		fmt.Fprintf(out, "Severity: **%s**. %s\n\n", f.Severity, involved(f))
	}
	fmt.Fprintf(out, "In %d of the %d cells that can show it.\n", f.Cells, f.Of)
	if len(f.Versions) > 0 {
		fmt.Fprintf(out, "Versions: %s.\n", strings.Join(f.Versions, ", "))
	}
	fmt.Fprint(out, "\nExpected:\n\n")
	for _, c := range f.Clauses {
		fmt.Fprintf(out, "- %s (%s, gap %s): %s *Source: %s.*\n", c.ID, c.Level, c.Gap, c.Statement, c.Source)
	}
	for _, row := range f.Rows {
		fmt.Fprintf(out, "- %s\n", row)
	}
	fmt.Fprint(out, "\nSeen:\n\n")
	if f.Told != "" {
		fmt.Fprintf(out, "- the caller was told: %s\n", f.Told)
	}
	for _, text := range f.Seen {
		line, diff, _ := strings.Cut(text, "\n")
		fmt.Fprintf(out, "- %s\n", line)
		if diff != "" {
			fmt.Fprintf(out, "\n      %s\n\n", strings.ReplaceAll(diff, "\n", "\n      "))
		}
	}
	for _, text := range f.Also {
		fmt.Fprintf(out, "- elsewhere: %s\n", text)
	}
	fmt.Fprintf(out, "\nAgain:\n\n    %s\n", f.Again)
	if len(f.HTTP) > 0 {
		fmt.Fprint(out, "\nWhat crossed there (a text in «» stands for a secret):\n\n")
		for _, line := range f.HTTP {
			fmt.Fprintf(out, "    %s\n", line)
		}
	}
}

func involved(f Finding) string {
	if len(f.Secrets) == 0 {
		return "No secret is involved."
	}
	return "Secrets involved: " + strings.Join(f.Secrets, ", ") + "."
}

func ids(f Finding) []string {
	var out []string
	for _, c := range f.Clauses {
		out = append(out, c.ID)
	}
	return out
}

// cell makes a text fit for a table.
func cell(text string) string { return strings.ReplaceAll(clip(one(text), 160), "|", `\|`) }
