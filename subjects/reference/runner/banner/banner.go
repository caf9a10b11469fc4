package banner

// Strip gives a whole reply without its banner.
func Strip(text string) string {
	end, _ := scanner{text: text, final: true}.end()
	return text[end:]
}

// Stream strips a reply that arrives in pieces: it holds text only until the
// region is settled, then hands every piece on as it comes.
type Stream struct {
	held    string
	settled bool
}

// NewStream starts a new reply.
func NewStream() *Stream { return &Stream{} }

// Push takes a piece and gives what certainly belongs to the answer.
func (s *Stream) Push(piece string) string {
	if s.settled {
		return piece
	}
	return s.scan(s.held+piece, false)
}

// Flush gives what was held, once no more can come.
func (s *Stream) Flush() string {
	if s.settled {
		return ""
	}
	return s.scan(s.held, true)
}

func (s *Stream) scan(text string, final bool) string {
	end, settled := scanner{text: text, final: final}.end()
	if !settled {
		s.held = text
		return ""
	}
	s.held, s.settled = "", true
	return text[end:]
}
