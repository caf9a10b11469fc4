package evidence

import (
	"encoding/base64"
	"strings"
)

// The forms in which a canary is seen.
const (
	formWhole  = ""
	formBase64 = "base64"
	formPart   = "part"
)

// unknown is the label of a marked value that is no canary of the case.
const unknown = "unknown"

// minPart is how many letters after the mark make a secret: what is shorter, as
// in "sk-cnry-…", tells nobody anything and is an honest redaction.
const minPart = 8

// finder finds canaries in text. Every canary begins with the mark, so text
// that holds the mark in no spelling needs no closer look.
type finder struct {
	mark    string
	secrets []Known
	spells  []spelling
}

// spelling is one way in which the mark can stand in a text.
type spelling struct {
	needle string
	// For base64: how many bytes precede the mark in its group of three, or -1
	// for the plain mark.
	ahead int
}

func newFinder(secrets []Known, mark string) *finder {
	f := &finder{mark: mark, secrets: secrets, spells: []spelling{{mark, -1}}}
	for ahead := range 3 {
		// The characters that depend on the mark alone, not on its neighbours.
		// Neither the mark nor letters encode to + or /, so the standard and the
		// URL alphabet agree.
		coded := base64.RawStdEncoding.EncodeToString([]byte(strings.Repeat("\x00", ahead) + mark))
		from, to := (ahead*8+5)/6, (ahead+len(mark))*8/6
		f.spells = append(f.spells, spelling{coded[from:to], ahead})
	}
	return f
}

// suspect reports whether the text may hold a canary.
func (f *finder) suspect(text string) bool {
	if len(text) < len(f.mark)+minPart {
		return false
	}
	for _, s := range f.spells {
		if strings.Contains(text, s.needle) {
			return true
		}
	}
	return false
}

// next finds the first canary and cuts the text around it.
func (f *finder) next(text string) (before string, hit Sighting, after string, ok bool) {
	offset := 0
	for {
		at, found := f.earliest(text[offset:])
		if at < 0 {
			return text, Sighting{}, "", false
		}
		at += offset
		var size int
		if found.ahead < 0 {
			hit, size = f.plain(text[at:])
		} else {
			hit, size = f.coded(text[at:], found.ahead)
		}
		if size > 0 {
			return text[:at], hit, text[at+size:], true
		}
		offset = at + 1
	}
}

func (f *finder) earliest(text string) (int, spelling) {
	best, found := -1, spelling{}
	for _, s := range f.spells {
		if at := strings.Index(text, s.needle); at >= 0 && (best < 0 || at < best) {
			best, found = at, s
		}
	}
	return best, found
}

// plain looks at text that begins with the mark and says how much of it is the
// canary, 0 if none is.
func (f *finder) plain(text string) (Sighting, int) {
	label, whole, size := f.classify(text)
	if size == 0 {
		return Sighting{}, 0
	}
	form := formPart
	if whole {
		form = formWhole
	}
	return Sighting{Label: label, Form: form}, size
}

// coded does the same for text that begins with the mark in base64.
func (f *finder) coded(text string, ahead int) (Sighting, int) {
	// Decoding starts at the first group of four that lies in the mark, which
	// leaves out the first bytes of the mark when something is ahead of it.
	skipped, start := [3]int{0, 2, 1}[ahead], [3]int{0, 2, 1}[ahead]
	end := start
	for limit := start + 4*((f.longest()+2)/3); end < len(text) && end < limit && isBase64(text[end]); end++ {
	}
	body := text[start:end]
	if len(body)%4 == 1 {
		body = body[:len(body)-1]
	}
	plain, err := base64.RawURLEncoding.DecodeString(strings.NewReplacer("+", "-", "/", "_").Replace(body))
	if err != nil {
		return Sighting{}, 0
	}
	label, whole, size := f.classify(f.mark[:skipped] + string(plain))
	if size == 0 {
		return Sighting{}, 0
	}
	form := formPart
	if whole {
		form = formBase64
	}
	// The last character may hold bits of a neighbour as well; it goes too.
	return Sighting{Label: label, Form: form}, min(start+((size-skipped)*8+5)/6, end)
}

// classify names the canary at the start of a text that begins with the mark.
func (f *finder) classify(text string) (label string, whole bool, size int) {
	if !strings.HasPrefix(text, f.mark) {
		return "", false, 0
	}
	best := 0
	for _, s := range f.secrets {
		if strings.HasPrefix(text, s.Value) && len(s.Value) > len(f.mark) {
			return s.Label, true, len(s.Value)
		}
		if n := common(text, s.Value); n > best {
			best, label = n, s.Label
		}
	}
	if best >= len(f.mark)+minPart {
		return label, false, best
	}
	end := len(f.mark)
	for end < len(text) && 'a' <= text[end] && text[end] <= 'z' {
		end++
	}
	if end < len(f.mark)+minPart {
		return "", false, 0
	}
	return unknown, false, end
}

// longest is the length of the longest canary, with room for a foreign one.
func (f *finder) longest() int {
	n := len(f.mark) + 24
	for _, s := range f.secrets {
		n = max(n, len(s.Value))
	}
	return n
}

// common is the length of the common prefix.
func common(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

func isBase64(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '+' || c == '/' || c == '-' || c == '_'
}
