package tools

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// change is a line that two texts share (' '), or that only one has ('-', '+').
type change struct {
	kind byte
	line string // with its newline
}

const contextLines = 4

// changes compares two texts by line: what is gone stands before what is new.
func changes(before, after string) []change {
	a, b := strings.SplitAfter(before, "\n"), strings.SplitAfter(after, "\n")
	empty := func(line string) bool { return line == "" }
	a, b = slices.DeleteFunc(a, empty), slices.DeleteFunc(b, empty)
	var out, tail []change
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		out = append(out, change{' ', a[0]})
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		tail = append(tail, change{' ', a[len(a)-1]})
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	slices.Reverse(tail)
	return append(append(out, between(a, b)...), tail...)
}

// between compares by the longest common subsequence, where that is not too
// much work.
func between(a, b []string) []change {
	const most = 1 << 22
	var out, added []change
	flush := func() { out, added = append(out, added...), nil }
	length := make([][]int32, len(a)+1)
	if len(a)*len(b) <= most {
		for i := range length {
			length[i] = make([]int32, len(b)+1)
		}
		for i := len(a) - 1; i >= 0; i-- {
			for j := len(b) - 1; j >= 0; j-- {
				if a[i] == b[j] {
					length[i][j] = length[i+1][j+1] + 1
				} else {
					length[i][j] = max(length[i+1][j], length[i][j+1])
				}
			}
		}
	}
	i, j := 0, 0
	for i < len(a) && j < len(b) && length[0] != nil {
		switch {
		case a[i] == b[j]:
			flush()
			out = append(out, change{' ', a[i]})
			i, j = i+1, j+1
		case length[i+1][j] >= length[i][j+1]:
			out = append(out, change{'-', a[i]})
			i++
		default:
			added = append(added, change{'+', b[j]})
			j++
		}
	}
	for ; i < len(a); i++ {
		out = append(out, change{'-', a[i]})
	}
	for ; j < len(b); j++ {
		added = append(added, change{'+', b[j]})
	}
	flush()
	return out
}

// near marks the lines that are changed or stand close to a change.
func near(all []change) []bool {
	shown := make([]bool, len(all))
	for i, c := range all {
		if c.kind == ' ' {
			continue
		}
		for k := max(0, i-contextLines); k <= min(len(all)-1, i+contextLines); k++ {
			shown[k] = true
		}
	}
	return shown
}

// numbered is a comparison for people: the changed lines and some around them,
// each with its number. It also says which line of the new text is the first that
// changed, 0 if none is.
func numbered(before, after string) (text string, first int) {
	all := changes(before, after)
	shown := near(all)
	width := len(strconv.Itoa(max(strings.Count(before, "\n"), strings.Count(after, "\n")) + 1))
	var lines []string
	was, is := 1, 1
	skipped := false
	for i, c := range all {
		number := was
		if c.kind == '+' {
			number = is
		}
		if c.kind != ' ' && first == 0 {
			first = is
		}
		if shown[i] {
			lines = append(lines, fmt.Sprintf("%c%*d %s", c.kind, width, number, strings.TrimSuffix(c.line, "\n")))
		} else if !skipped {
			lines = append(lines, fmt.Sprintf(" %*s ...", width, ""))
		}
		skipped = !shown[i]
		if c.kind != '+' {
			was++
		}
		if c.kind != '-' {
			is++
		}
	}
	return strings.Join(lines, "\n"), first
}

// patch is a comparison as a unified patch of a file.
func patch(name, before, after string) string {
	all := changes(before, after)
	shown := near(all)
	var out strings.Builder
	out.WriteString("--- " + name + "\n+++ " + name + "\n")
	was, is := 1, 1
	for i := 0; i < len(all); {
		if !shown[i] {
			i, was, is = i+1, was+1, is+1
			continue
		}
		var hunk strings.Builder
		fromWas, fromIs := was, is
		for ; i < len(all) && shown[i]; i++ {
			c := all[i]
			hunk.WriteString(string(c.kind) + c.line)
			if !strings.HasSuffix(c.line, "\n") {
				hunk.WriteString("\n\\ No newline at end of file\n")
			}
			if c.kind != '+' {
				was++
			}
			if c.kind != '-' {
				is++
			}
		}
		start := func(from, lines int) int {
			if lines == 0 {
				return from - 1
			}
			return from
		}
		fmt.Fprintf(&out, "@@ -%d,%d +%d,%d @@\n%s", start(fromWas, was-fromWas), was-fromWas, start(fromIs, is-fromIs), is-fromIs, hunk.String())
	}
	return out.String()
}
