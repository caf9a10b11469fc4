package jsval

// StripComments removes what Pi allows in models.json beyond JSON: comments
// from // to the end of the line, and commas before a closing bracket. Text in
// string literals stays untouched.
func StripComments(text string) string {
	return dropTrailingCommas(dropLineComments(text))
}

func dropLineComments(text string) string {
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); {
		switch {
		case text[i] == '"':
			end := literalEnd(text, i)
			out = append(out, text[i:end]...)
			i = end
		case text[i] == '/' && i+1 < len(text) && text[i+1] == '/':
			for i < len(text) && text[i] != '\n' {
				i++
			}
		default:
			out = append(out, text[i])
			i++
		}
	}
	return string(out)
}

func dropTrailingCommas(text string) string {
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); {
		switch {
		case text[i] == '"':
			end := literalEnd(text, i)
			out = append(out, text[i:end]...)
			i = end
		case text[i] == ',' && closes(text[i+1:]):
			i++
		default:
			out = append(out, text[i])
			i++
		}
	}
	return string(out)
}

// closes reports whether the next character after blanks is a closing bracket.
func closes(text string) bool {
	for i := range len(text) {
		switch text[i] {
		case ' ', '\t', '\n', '\r', '\v', '\f':
		case '}', ']':
			return true
		default:
			return false
		}
	}
	return false
}

// literalEnd returns the index after the string literal that begins at i. A
// quote that nothing closes is no literal: only the quote itself is passed.
func literalEnd(text string, i int) int {
	for j := i + 1; j < len(text); j++ {
		switch text[j] {
		case '\\':
			j++
		case '"':
			return j + 1
		}
	}
	return i + 1
}
