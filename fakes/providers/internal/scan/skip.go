package scan

import (
	"encoding/binary"
	"math/bits"
)

// space is the first place at or after i that is no white space.
func space(data []byte, i int) int {
	for i < len(data) && (data[i] == ' ' || data[i] == '\n' || data[i] == '\r' || data[i] == '\t') {
		i++
	}
	return i
}

// skip is the end of the value that begins at i.
func skip(data []byte, i, depth int) (end int, ok bool) {
	if i >= len(data) || depth > maxDepth {
		return i, false
	}
	switch c := data[i]; c {
	case '{':
		return members(data, i+1, depth+1)
	case '[':
		return elements(data, i+1, depth+1)
	case '"':
		return stringEnd(data, i)
	case 't':
		return literal(data, i, "true")
	case 'f':
		return literal(data, i, "false")
	case 'n':
		return literal(data, i, "null")
	default:
		return number(data, i)
	}
}

func members(data []byte, i, depth int) (int, bool) {
	i = space(data, i)
	if i < len(data) && data[i] == '}' {
		return i + 1, true
	}
	for {
		end, ok := stringEnd(data, i)
		if !ok {
			return i, false
		}
		if i = space(data, end); i >= len(data) || data[i] != ':' {
			return i, false
		}
		if end, ok = skip(data, space(data, i+1), depth); !ok {
			return end, false
		}
		if i = space(data, end); i >= len(data) {
			return i, false
		}
		switch data[i] {
		case '}':
			return i + 1, true
		case ',':
			i = space(data, i+1)
		default:
			return i, false
		}
	}
}

func elements(data []byte, i, depth int) (int, bool) {
	i = space(data, i)
	if i < len(data) && data[i] == ']' {
		return i + 1, true
	}
	for {
		end, ok := skip(data, i, depth)
		if !ok {
			return end, false
		}
		if i = space(data, end); i >= len(data) {
			return i, false
		}
		switch data[i] {
		case ']':
			return i + 1, true
		case ',':
			i = space(data, i+1)
		default:
			return i, false
		}
	}
}

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// ordinary is how many of the eight bytes of a word, from the first, are ordinary
// characters of a string: no quote, no backslash and no control character.
func ordinary(word uint64) int {
	quote := word ^ (ones * '"')
	slash := word ^ (ones * '\\')
	// The lowest bit that is set is exact; those above it may be borrowed.
	special := ((quote-ones)&^quote | (slash-ones)&^slash | (word-ones*0x20)&^word) & highs
	return bits.TrailingZeros64(special) / 8
}

// stringEnd is the end of the string that begins at i.
func stringEnd(data []byte, i int) (int, bool) {
	if i >= len(data) || data[i] != '"' {
		return i, false
	}
	for i++; i < len(data); {
		if len(data)-i >= 8 {
			n := ordinary(binary.LittleEndian.Uint64(data[i:]))
			if i += n; n == 8 {
				continue
			}
		}
		switch c := data[i]; {
		case c == '"':
			return i + 1, true
		case c < 0x20:
			return i, false
		case c == '\\':
			if len(data)-i > 1 && short[data[i+1]] {
				i += 2
				continue
			}
			n := escape(data[i:])
			if n == 0 {
				return i, false
			}
			i += n
		default:
			i++
		}
	}
	return i, false
}

// short are the letters of escapes that have one.
var short = [256]bool{'"': true, '\\': true, '/': true, 'b': true, 'f': true, 'n': true, 'r': true, 't': true}

// escape is the length of the escape at the start, 0 if it is none.
func escape(data []byte) int {
	if len(data) > 1 && short[data[1]] {
		return 2
	}
	if len(data) < 6 || data[1] != 'u' {
		return 0
	}
	for _, c := range data[2:6] {
		if !(c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F') {
			return 0
		}
	}
	return 6
}

func literal(data []byte, i int, word string) (int, bool) {
	end := i + len(word)
	return end, end <= len(data) && string(data[i:end]) == word
}

func number(data []byte, i int) (int, bool) {
	if i < len(data) && data[i] == '-' {
		i++
	}
	switch {
	case i >= len(data):
		return i, false
	case data[i] == '0':
		i++
	case data[i] >= '1' && data[i] <= '9':
		i = digits(data, i)
	default:
		return i, false
	}
	if i < len(data) && data[i] == '.' {
		start := i + 1
		if i = digits(data, start); i == start {
			return i, false
		}
	}
	if i < len(data) && (data[i] == 'e' || data[i] == 'E') {
		i++
		if i < len(data) && (data[i] == '+' || data[i] == '-') {
			i++
		}
		start := i
		if i = digits(data, start); i == start {
			return i, false
		}
	}
	return i, true
}

func digits(data []byte, i int) int {
	for i < len(data) && data[i] >= '0' && data[i] <= '9' {
		i++
	}
	return i
}
