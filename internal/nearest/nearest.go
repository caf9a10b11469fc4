// Package nearest suggests the word that somebody probably meant. It holds that
// and nothing else.
package nearest

import "strings"

// To is the candidate closest to word, "" if none is close enough to be a
// likely slip of the hand.
func To(word string, candidates []string) string {
	best, distance := "", len(word)/2+2
	for _, c := range candidates {
		d := edits(strings.ToLower(word), strings.ToLower(c))
		if strings.Contains(strings.ToLower(c), strings.ToLower(word)) && word != "" {
			d = min(d, 2)
		}
		if d < distance {
			best, distance = c, d
		}
	}
	return best
}

// Hint is To as the end of a sentence: `; did you mean "x"?`, or "".
func Hint(word string, candidates []string) string {
	if best := To(word, candidates); best != "" {
		return `; did you mean "` + best + `"?`
	}
	return ""
}

// edits is the Levenshtein distance.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			diagonal, row[j] = row[j], min(row[j]+1, row[j-1]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
