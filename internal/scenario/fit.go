package scenario

import (
	"slices"

	"github.com/agenta-ai/conform/subjects/protocol"
)

// Fit is how scenarios are staged for one subject, by what it says of itself. It
// is the one place where a subject gets other fixtures than the rest.
type Fit struct {
	// KeysByKind names a plain provider key by its kind. A subject that knows no
	// other name for one would find none of ours, and every case of a named key
	// would show that alone. The value own-name of the axis vault still shows it.
	KeysByKind bool
	// ServiceOnly leaves out the settings of a runner half that the subject does
	// not have: it would be started anew for each value of a flag that it never
	// reads.
	ServiceOnly bool
}

// FitOf reads a description.
func FitOf(d protocol.Description) Fit {
	return Fit{
		KeysByKind:  d.KeysBy == protocol.KeysByKind,
		ServiceOnly: len(d.Capabilities) > 0 && !slices.Contains(d.Capabilities, protocol.CapRun),
	}
}

// policy leaves those settings that concern the subject.
func (f Fit) policy(all map[string]string) map[string]string {
	if !f.ServiceOnly {
		return all
	}
	if value, set := all[InsecureEgress]; set {
		return map[string]string{InsecureEgress: value}
	}
	return nil
}
