// Package words makes texts as long as those that Pi writes to models. The fake
// says in its own words what Pi says in others; how long Pi's are is known
// (catalog.Prompt), because limits of answers and the context's size follow
// from it.
package words

import (
	"strings"
	"unicode/utf16"
)

// Len is the length of a text as Pi counts it: in units of UTF-16.
func Len(text string) int {
	n := 0
	for _, r := range text {
		n += max(1, utf16.RuneLen(r))
	}
	return n
}

// Fit makes an ASCII text as long as size: it is cut, or dots follow it.
func Fit(text string, size int) string {
	size = max(0, size)
	if len(text) >= size {
		return text[:size]
	}
	return text + strings.Repeat(".", size-len(text))
}
