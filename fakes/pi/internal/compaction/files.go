package compaction

import (
	"maps"
	"slices"

	"github.com/agenta-ai/conform/fakes/pi/internal/chat"
	"github.com/agenta-ai/conform/fakes/pi/internal/jsval"
	"github.com/agenta-ai/conform/fakes/pi/internal/session"
)

// files are those that tools were called with: true if they were changed.
type files map[string]bool

func (f files) see(name string, changed bool) { f[name] = f[name] || changed }

// carry takes over what an earlier summary told of.
func (f files) carry(c *session.Compaction) {
	for _, name := range c.Details.Read {
		f.see(name, false)
	}
	for _, name := range c.Details.Modified {
		f.see(name, true)
	}
}

// read looks into the calls of a conversation.
func (f files) read(messages []chat.Message) {
	for _, message := range messages {
		answer, ok := message.(*chat.Assistant)
		if !ok {
			continue
		}
		for _, call := range answer.Calls() {
			args, err := jsval.Parse(string(call.Arguments))
			if name := args.Get("path"); err == nil && name.Kind() == jsval.String && name.Truthy() {
				switch call.Name {
				case "read":
					f.see(name.String(), false)
				case "write", "edit":
					f.see(name.String(), true)
				}
			}
		}
	}
}

func (f files) details() session.Details {
	d := session.Details{Read: []string{}, Modified: []string{}}
	for _, name := range slices.Sorted(maps.Keys(f)) {
		if f[name] {
			d.Modified = append(d.Modified, name)
		} else {
			d.Read = append(d.Read, name)
		}
	}
	return d
}
