package cli

import (
	"fmt"
	"strconv"
	"time"
)

// atOnce is how many of something are done at once. Zero means that the flag was
// not given; it cannot be given as zero.
type atOnce int

// UnmarshalText reads a number of at least one.
func (a *atOnce) UnmarshalText(text []byte) error {
	n, err := strconv.Atoi(string(text))
	if err != nil {
		return fmt.Errorf("%q is no whole number", text)
	}
	if n < 1 {
		return fmt.Errorf("%d is less than one", n)
	}
	*a = atOnce(n)
	return nil
}

// limit is the time that something may take. Zero means that the flag was not
// given; it cannot be given as zero.
type limit time.Duration

// UnmarshalText reads a time that is longer than none, such as 90s.
func (l *limit) UnmarshalText(text []byte) error {
	d, err := time.ParseDuration(string(text))
	if err != nil {
		return fmt.Errorf("%q is no time; write it as 90s or 2m", text)
	}
	if d <= 0 {
		return fmt.Errorf("%s is no time to wait", d)
	}
	*l = limit(d)
	return nil
}

// or gives the limit, or the usual one if the flag was not given.
func (l limit) or(usual time.Duration) time.Duration {
	if l == 0 {
		return usual
	}
	return time.Duration(l)
}
