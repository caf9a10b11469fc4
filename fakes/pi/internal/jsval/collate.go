package jsval

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
)

// signs is the order of what stands before digits and letters.
const signs = " _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$"

// accented are the letters with an accent, each behind the one that it stands with.
const accented = "aàáâãäå cç eèéêë iìíîï nñ oòóôõö uùúûü yýÿ"

// Collate compares two texts as localeCompare does in English: signs, digits,
// letters; accents count only between equals, and case only between equals of
// those, small letters first.
func Collate(a, b string) int {
	return cmp.Or(slices.Compare(weights(a, plain), weights(b, plain)), slices.Compare(weights(a, unicode.ToLower), weights(b, unicode.ToLower)), strings.Compare(b, a))
}

// plain is a small letter without its accent.
func plain(r rune) rune {
	r = unicode.ToLower(r)
	if r < 0x80 {
		return r
	}
	for group := range strings.SplitSeq(accented, " ") {
		if strings.ContainsRune(group, r) {
			return rune(group[0])
		}
	}
	return r
}

func weights(text string, letter func(rune) rune) []int {
	out := make([]int, 0, len(text))
	for _, r := range text {
		at := strings.IndexRune(signs, r)
		if at < 0 {
			at = len(signs) + int(letter(r))
		}
		out = append(out, at)
	}
	return out
}
