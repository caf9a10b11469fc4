package jsval

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
)

// signs is the order of what stands before digits and letters.
const signs = " _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$"

// Collate compares two texts as localeCompare does in English: signs, digits,
// letters; case counts only between equals, small letters first.
func Collate(a, b string) int {
	return cmp.Or(slices.Compare(weights(a), weights(b)), strings.Compare(b, a))
}

func weights(text string) []int {
	out := make([]int, 0, len(text))
	for _, r := range text {
		at := strings.IndexRune(signs, r)
		if at < 0 {
			at = len(signs) + int(unicode.ToLower(r))
		}
		out = append(out, at)
	}
	return out
}
