package dialect

import (
	"errors"
	"strings"

	"github.com/agenta-ai/conform/fakes/pi/internal/jsval"
)

// mistralEvent refuses an event without the members that every event has, in
// the words of the client library's schema. An error in mid-stream is such an
// event.
func mistralEvent(v jsval.Value) error {
	var issues []string
	for _, member := range []struct {
		name string
		want string
		kind jsval.Kind
	}{{"id", "string", jsval.String}, {"model", "string", jsval.String}, {"choices", "array", jsval.Array}} {
		if v.Get(member.name).Kind() == member.kind {
			continue
		}
		const pattern = "  {\n    \"expected\": \"WANT\",\n    \"code\": \"invalid_type\",\n    \"path\": [\n      \"data\",\n      \"NAME\"\n    ],\n    \"message\": \"Invalid input: expected WANT, received undefined\"\n  }"
		issues = append(issues, strings.NewReplacer("WANT", member.want, "NAME", member.name).Replace(pattern))
	}
	if len(issues) == 0 {
		return nil
	}
	return errors.New("[\n" + strings.Join(issues, ",\n") + "\n]")
}
