package pi

import (
	"fmt"
	"slices"
)

// diagnostic is something that Pi finds wrong when it starts, and says once it
// knows all of it.
type diagnostic struct {
	fatal bool
	text  string
}

func warning(format string, args ...any) diagnostic {
	return diagnostic{text: fmt.Sprintf(format, args...)}
}

func fatal(format string, args ...any) diagnostic {
	return diagnostic{true, fmt.Sprintf(format, args...)}
}

// report says what was found. In versions that tell nothing twice, equal ones are
// one. It reports whether one of them is the end of Pi.
func (h *host) report(all []diagnostic) (dead bool) {
	for i, d := range all {
		dead = dead || d.fatal
		switch {
		case h.who.WarnsOnce && slices.Contains(all[:i], d):
		case d.fatal:
			fmt.Fprintln(h.Stderr, "Error: "+d.text)
		default:
			h.warn(d.text)
		}
	}
	return dead
}
