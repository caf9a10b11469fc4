package play

import "github.com/agenta-ai/conform/internal/verify/endpoint"

// Observation is everything that a Pi did with an input. Paths of the home folder
// and the address of the provider are the placeholders of the input again.
type Observation struct {
	Steps    []Seen             `json:"steps,omitempty"` // one for each step that was done
	Requests []endpoint.Request `json:"requests,omitempty"`
	Stdout   string             `json:"stdout,omitempty"` // where the input is no conversation
	Stderr   string             `json:"stderr,omitempty"`
	Exit     int                `json:"exit"` // 128 and the number of the signal that killed it
	Files    []File             `json:"files,omitempty"`
	Refused  []string           `json:"refused,omitempty"` // hosts that nobody plays
	Depth    int                `json:"depth,omitempty"`   // length of the home folder's path, which sizes and limits depend on
}

// Seen is what happened in a step.
type Seen struct {
	Lines []string `json:"lines,omitempty"` // of stdout
	// Silence says what was waited for in vain.
	Silence string `json:"silence,omitempty"`
}

// File is one entry below the home folder when the Pi has ended.
type File struct {
	Path string `json:"path"`
	Mode string `json:"mode"`
	Text string `json:"text,omitempty"`
}
