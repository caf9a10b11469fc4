package model

import (
	"fmt"
	"strings"
)

// StrictVariable decides whether a run may go on without the model that was
// asked for.
const StrictVariable = "AGENTA_AGENT_MODEL_STRICT"

// ParseStrict reads the flag: 1, yes, on and true are strict; 0, no, off, false
// and nothing are not, in any case. Anything else is a mistake that must not be
// taken for one of the two.
func ParseStrict(text string) (bool, error) {
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "", "0", "no", "off", "false":
		return false, nil
	case "1", "yes", "on", "true":
		return true, nil
	}
	return false, fmt.Errorf("%s is %q: write 1, yes, on or true, or 0, no, off or false", StrictVariable, text)
}
