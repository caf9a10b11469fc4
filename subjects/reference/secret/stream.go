package secret

import "strings"

// Stream redacts a text that arrives in pieces. It keeps back a tail that might
// be the head of a secret, so a secret that is cut in two is found as well.
type Stream struct {
	redactor *Redactor
	held     string
}

// Stream starts a new text.
func (r *Redactor) Stream() *Stream { return &Stream{redactor: r} }

// Push takes a piece and gives what can be shown.
func (s *Stream) Push(piece string) string {
	text := s.redactor.Text(s.held + piece)
	keep := 0
	for _, secret := range s.redactor.secrets {
		keep = max(keep, overlap(text, secret))
	}
	s.held = text[len(text)-keep:]
	return text[:len(text)-keep]
}

// Flush gives what was kept back, once no more can come.
func (s *Stream) Flush() string {
	rest := s.held
	s.held = ""
	return rest
}

// overlap is the length of the longest tail of text that secret begins with.
func overlap(text, secret string) int {
	for n := min(len(text), len(secret)-1); n > 0; n-- {
		if strings.HasPrefix(secret, text[len(text)-n:]) {
			return n
		}
	}
	return 0
}
