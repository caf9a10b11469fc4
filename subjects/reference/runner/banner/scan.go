package banner

import "strings"

// scanner walks the head of a text line by line. It is final when the text
// cannot grow; until then it says whether more could change the answer.
type scanner struct {
	text  string
	final bool
}

// line gives the line at an offset, the offset behind it, and whether it is
// whole.
func (s scanner) line(at int) (line string, next int, whole bool) {
	if end := strings.IndexByte(s.text[at:], '\n'); end >= 0 {
		return strings.TrimRight(s.text[at:at+end], " \r\t"), at + end + 1, true
	}
	return strings.TrimRight(s.text[at:], " \r\t"), len(s.text), s.final
}

// skipBlank gives the offset of the first line that is not blank.
func (s scanner) skipBlank(at int) int {
	for at < len(s.text) {
		line, next, whole := s.line(at)
		if line != "" || !whole {
			return at
		}
		at = next
	}
	return at
}

// could says whether an unfinished line may still become one of the wanted.
func could(line string, wanted ...string) bool {
	for _, w := range wanted {
		if strings.HasPrefix(w, line) {
			return true
		}
	}
	return false
}

// end gives the offset at which the banner is over, and whether that is
// settled: no text that may follow can change it.
func (s scanner) end() (at int, settled bool) {
	start := s.skipBlank(0)
	first, next, whole := s.line(start)
	if !whole {
		return 0, !could(first, versionHead, noticeHead) && !strings.HasPrefix(first, versionHead) && !strings.HasPrefix(first, noticeHead)
	}
	switch {
	case isNotice(first):
		return s.past(next)
	case !isVersion(first):
		return 0, true
	}
	return s.sections(next)
}

// sections walks what follows the version line: it is a banner only if a rule
// or a section does.
func (s scanner) sections(at int) (int, bool) {
	over := 0 // end of the last part that certainly belongs to the banner
	if line, next, whole := s.line(s.skipBlank(at)); !whole && could(line, rule, "───") {
		return over, false
	} else if whole && isRule(line) {
		over, at = next, next
	}
	for {
		here := s.skipBlank(at)
		line, next, whole := s.line(here)
		switch {
		case !whole && (line == "" || s.mayGoOn(line)):
			return over, false
		case !whole:
			return s.past(over)
		case heading(line):
			end, settled := s.items(next)
			if !settled {
				return over, false
			}
			if end == next { // a heading over nothing is the answer's own
				return s.past(over)
			}
			over, at = end, end
		case over > 0 && isRule(line):
			return s.closing(next, over)
		case over > 0 && isNotice(line):
			return s.past(next)
		default:
			return s.past(over)
		}
	}
}

// mayGoOn says whether an unfinished line could be the banner's next part.
func (s scanner) mayGoOn(line string) bool {
	if strings.HasPrefix(line, noticeHead) {
		return true
	}
	return could(line, rule, "───", noticeHead, "Context", "Skills", "Prompts", "Extensions",
		"## Context", "## Skills", "## Prompts", "## Extensions")
}

// items gives the offset behind the items that begin at an offset; the offset
// itself if there are none.
func (s scanner) items(start int) (int, bool) {
	at := s.skipBlank(start)
	end := start
	for {
		line, next, whole := s.line(at)
		if !whole {
			return end, !mayBeItem(line)
		}
		if !item(line) {
			return end, true
		}
		end, at = next, next
		if next == len(s.text) {
			return end, s.final
		}
	}
}

// mayBeItem says whether an unfinished line could become an item.
func mayBeItem(line string) bool {
	text := strings.TrimLeft(line, " \t")
	if text == "" {
		return true
	}
	// A list item is one if it ends like a file, so its beginning says little.
	if _, listed := bullet(text); listed || could(text, "- ", "* ", "• ") {
		return true
	}
	return pathLike(text) || packaged(text) ||
		could(text, "~/", "./", "../", `C:\`, "npm:", "git:", "https://", "file:")
}

// closing judges a rule after the sections: with the notice it is the banner's
// last part, without it is the answer's own.
func (s scanner) closing(at, over int) (int, bool) {
	line, next, whole := s.line(s.skipBlank(at))
	switch {
	case !whole && (could(line, noticeHead) || strings.HasPrefix(line, noticeHead)):
		return over, false
	case whole && isNotice(line):
		return s.past(next)
	}
	return s.past(over)
}

// past drops the blank lines between the banner and the answer.
func (s scanner) past(at int) (int, bool) {
	if at == 0 {
		return 0, true
	}
	for at < len(s.text) && strings.IndexByte("\r\n", s.text[at]) >= 0 {
		at++
	}
	return at, at < len(s.text) || s.final
}
