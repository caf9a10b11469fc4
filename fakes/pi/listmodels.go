package pi

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/agenta-ai/conform/fakes/pi/catalog"
	"github.com/agenta-ai/conform/fakes/pi/internal/config"
	"github.com/agenta-ai/conform/fakes/pi/internal/jsval"
)

// listModels prints the table of --list-models. An auth.json that leaves no model
// at all is the end of it, with the error that is returned.
func (h *host) listModels(r *config.Registry) error {
	out := h.Stdout
	if h.args.mode == "rpc" { // stdout belongs to RPC from the start
		out = h.Stderr
	}
	problem, unusable := r.Problem(), r.Unusable()
	if problem != nil || unusable != nil {
		fmt.Fprintln(h.Stderr, "Warning: errors loading models.json:")
	}
	if problem != nil {
		fmt.Fprintln(h.Stderr, problem)
	}
	if unusable != nil {
		fmt.Fprintf(h.Stderr, "Availability refresh: %v\n", unusable)
		return bareError(thrown(unusable))
	}
	models := r.Available()
	if len(models) == 0 {
		fmt.Fprintf(out, "No models available. Use /login to log into a provider via OAuth or API key. See:\n  %s/docs/providers.md\n  %s/docs/models.md\n", h.root(), h.root())
		return nil
	}
	if h.args.listPattern != "" {
		models = slices.DeleteFunc(models, func(m catalog.Model) bool { return !fuzzy(m.Provider+" "+m.ID, h.args.listPattern) })
		if len(models) == 0 {
			fmt.Fprintf(out, "No models matching %q\n", h.args.listPattern)
			return nil
		}
	}
	slices.SortStableFunc(models, func(a, b catalog.Model) int {
		return cmp.Or(jsval.Collate(a.Provider, b.Provider), jsval.Collate(a.ID, b.ID))
	})
	rows := [][]string{{"provider", "model", "context", "max-out", "thinking", "images"}}
	for _, m := range models {
		rows = append(rows, []string{m.Provider, m.ID, tokens(m.ContextWindow), tokens(m.MaxTokens), yes(m.Reasoning), yes(slices.Contains(m.Input, "image"))})
	}
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range rows {
		for i, cell := range row {
			row[i] = cell + strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
		}
		fmt.Fprintln(out, strings.Join(row, "  "))
	}
	return nil
}

// thrown is how Node prints an error that nobody caught, without its own stack.
func thrown(err error) string {
	text := err.Error()
	switch {
	case strings.HasPrefix(text, "Credential store"):
		_, cause, _ := strings.Cut(text, ": ")
		return "ModelsError: " + text + "\n    at <anonymous> {\n  code: 'auth',\n  [cause]: TypeError: " + cause + "\n}"
	case strings.HasPrefix(text, "Cannot "):
		return "TypeError: " + text
	case strings.HasPrefix(text, "EISDIR"):
		return "Error: " + text + "\n    at <anonymous> {\n  errno: -21,\n  code: 'EISDIR',\n  syscall: 'read'\n}"
	}
	return "SyntaxError: " + text
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// tokens prints a number of tokens as "200K", "1M" or "1.5M".
func tokens(n float64) string {
	const thousand, million = 1_000, 1_000_000
	short := func(n float64, unit string) string {
		digits := 1
		if n == float64(int64(n)) {
			digits = 0
		}
		return strconv.FormatFloat(n, 'f', digits, 64) + unit
	}
	switch {
	case n >= million:
		return short(n/million, "M")
	case n >= thousand:
		return short(n/thousand, "K")
	default:
		return strconv.FormatFloat(n, 'f', -1, 64)
	}
}

// fuzzy reports whether all words of a pattern occur in a text, each as letters
// in order.
func fuzzy(text, pattern string) bool {
	text = strings.ToLower(text)
	words := strings.FieldsFunc(strings.ToLower(pattern), func(r rune) bool { return unicode.IsSpace(r) || r == '/' })
	for _, word := range words {
		if !scattered(text, word) && !scattered(text, swapped(word)) {
			return false
		}
	}
	return true
}

// scattered reports whether a text has the letters of a word in their order. No
// text has those of an empty one.
func scattered(text, word string) bool {
	for _, r := range word {
		at := strings.IndexRune(text, r)
		if at < 0 {
			return false
		}
		text = text[at+len(string(r)):]
	}
	return word != ""
}

// swapped turns letters before digits into digits before letters, and the other way
// round; "" for any other word.
func swapped(word string) string {
	letters := func(text string) bool { return text != "" && strings.Trim(text, "abcdefghijklmnopqrstuvwxyz") == "" }
	digits := func(text string) bool { return text != "" && strings.Trim(text, "0123456789") == "" }
	for i := range word {
		if head, tail := word[:i], word[i:]; letters(head) && digits(tail) || digits(head) && letters(tail) {
			return tail + head
		}
	}
	return ""
}
