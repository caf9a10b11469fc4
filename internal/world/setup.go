package world

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Key names the setup: equal setups have equal keys.
func (s Setup) Key() string {
	var b strings.Builder
	fmt.Fprintf(&b, "polluted=%t", s.Polluted)
	for _, name := range slices.Sorted(maps.Keys(s.Policy)) {
		fmt.Fprintf(&b, " %s=%q", name, s.Policy[name])
	}
	return b.String()
}
