package terminal

import (
	"os"
	"strconv"
	"time"

	"golang.org/x/term"
)

// Options say what the output can do. The zero value is a plain log.
type Options struct {
	TTY   bool             // lines can be redrawn
	Color bool             // escape codes for colour are welcome
	Width int              // columns; 0 is 100
	Now   func() time.Time // nil is time.Now
}

const defaultWidth = 100

// Detect looks at where output goes and at NO_COLOR, CLICOLOR_FORCE, TERM and
// COLUMNS.
func Detect(out *os.File, getenv func(string) string) Options {
	o := Options{TTY: term.IsTerminal(int(out.Fd())) && getenv("TERM") != "dumb"}
	o.Color = getenv("NO_COLOR") == "" && (o.TTY || getenv("CLICOLOR_FORCE") != "")
	if width, _, err := term.GetSize(int(out.Fd())); err == nil {
		o.Width = width
	} else if width, err := strconv.Atoi(getenv("COLUMNS")); err == nil {
		o.Width = width
	}
	return o
}

func (o Options) width() int {
	if o.Width <= 0 {
		return defaultWidth
	}
	return max(o.Width, 40)
}

func (o Options) now() time.Time {
	if o.Now == nil {
		return time.Now()
	}
	return o.Now()
}
