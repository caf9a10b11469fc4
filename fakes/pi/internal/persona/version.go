package persona

import (
	"fmt"
	"strconv"
	"strings"
)

// version is an exact version, without what follows a hyphen.
type version [3]int

func parse(text string) (v version, err error) {
	core, _, _ := strings.Cut(text, "-")
	parts := strings.Split(core, ".")
	if len(parts) != len(v) {
		return v, fmt.Errorf("cannot play Pi %q: that is not a version", text)
	}
	for i, part := range parts {
		if v[i], err = strconv.Atoi(part); err != nil || v[i] < 0 {
			return v, fmt.Errorf("cannot play Pi %q: that is not a version", text)
		}
	}
	return v, nil
}

// since reports whether v is at least the given version.
func (v version) since(major, minor, patch int) bool {
	for i, n := range [3]int{major, minor, patch} {
		if v[i] != n {
			return v[i] > n
		}
	}
	return true
}
