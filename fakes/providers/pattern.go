package providers

import (
	"fmt"
	"regexp"
	"strings"
)

// Pattern is a text to compare with: as it is, with * for any characters, or a
// regular expression between slashes. The empty Pattern fits everything. What
// is compared is the whole text, except by a regular expression.
type Pattern string

// Check says what is wrong with the pattern.
func (p *Pattern) Check() error {
	_, err := p.compile()
	return err
}

// Any and Literal patterns need no compiling; matcher is nil for the first.
type matcher func(text string) bool

func (p Pattern) compile() (matcher, error) {
	text := string(p)
	switch {
	case text == "":
		return nil, nil
	case len(text) > 1 && strings.HasPrefix(text, "/") && strings.HasSuffix(text, "/"):
		re, err := regexp.Compile(text[1 : len(text)-1])
		if err != nil {
			return nil, fmt.Errorf("pattern %s: %w", text, err)
		}
		return re.MatchString, nil
	case strings.Contains(text, "*"):
		parts := strings.Split(text, "*")
		return func(s string) bool { return glob(parts, s) }, nil
	}
	return func(s string) bool { return s == text }, nil
}

// glob compares with the parts between the stars.
func glob(parts []string, s string) bool {
	s, ok := strings.CutPrefix(s, parts[0])
	if !ok {
		return false
	}
	for _, part := range parts[1 : len(parts)-1] {
		i := strings.Index(s, part)
		if i < 0 {
			return false
		}
		s = s[i+len(part):]
	}
	return strings.HasSuffix(s, parts[len(parts)-1])
}
