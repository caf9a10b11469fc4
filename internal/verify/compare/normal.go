package compare

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/agenta-ai/conform/internal/verify/play"
)

// normal makes equal what differs from start to start.
type normal struct {
	sessions []string // ids of sessions, in the order in which Pi named them
}

var (
	uuid      = regexp.MustCompile(`\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b`)
	isoTime   = regexp.MustCompile(`\b20\d\d-\d\d-\d\dT\d\d[:-]\d\d[:-]\d\d(?:[.-]\d+)?Z?`)
	isoDate   = regexp.MustCompile(`\b20\d\d-\d\d-\d\d\b`)
	installed = regexp.MustCompile(`(?:file://)?/[^\s"']*/node_modules/@earendil-works/pi-coding-agent`)
	kernel    = regexp.MustCompile(`\(linux [^;]*; `)
	nodeSays  = regexp.MustCompile(`\bv2\d\.\d+\.\d+\b`)
	entryID   = regexp.MustCompile(`^[0-9a-f]{8}$`)
	crashed   = regexp.MustCompile(`^(file://\S*pi-coding-agent\S*|node:\S+|<anonymous_script>):\d+$`)
	entryLost = regexp.MustCompile(`\bEntry [0-9a-f]{8} not found`)
)

func newNormal(o play.Observation) *normal {
	n := &normal{}
	for _, s := range o.Steps {
		for _, text := range s.Lines {
			var l struct {
				Command string `json:"command"`
				Data    struct {
					Session string `json:"sessionId"`
				} `json:"data"`
			}
			if json.Unmarshal([]byte(text), &l) == nil && l.Command == "get_state" && l.Data.Session != "" && !slices.Contains(n.sessions, l.Data.Session) {
				n.sessions = append(n.sessions, l.Data.Session)
			}
		}
	}
	return n
}

// text makes one text comparable.
func (n *normal) text(s string) string {
	for i, id := range n.sessions {
		if uuid.MatchString(id) {
			s = strings.ReplaceAll(s, id, fmt.Sprintf("<session %d>", i+1))
		}
	}
	s = uuid.ReplaceAllString(s, "<uuid>")
	s = isoTime.ReplaceAllString(s, "<time>")
	s = isoDate.ReplaceAllString(s, "<date>")
	s = installed.ReplaceAllString(s, "<pi>")
	s = entryLost.ReplaceAllString(s, "Entry <entry> not found")
	s = kernel.ReplaceAllString(s, "(linux <kernel>; ")
	return nodeSays.ReplaceAllString(s, "<node>")
}

// Times of Pi's are milliseconds; nothing else that it says is as large.
const firstTime, lastTime = 1_500_000_000_000, 3_000_000_000_000

// tree makes a JSON value comparable.
func (n *normal) tree(v any) any {
	switch v := v.(type) {
	case string:
		if entryID.MatchString(v) {
			return "<entry>"
		}
		return n.text(v)
	case json.Number:
		if f, err := v.Float64(); err == nil && f > firstTime && f < lastTime {
			return "<ms>"
		}
		return number(v)
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = n.tree(v[i])
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, value := range v {
			out[n.text(name)] = n.tree(value)
		}
		if out["role"] == "system" && out["sections"] != nil {
			out["sections"], out["toolsAdded"] = ours(out["sections"]), measured(out["toolsAdded"])
		}
		return out
	}
	return v
}

// number writes a number in one way: 5, 5.0 and 5e0 are one.
func number(v json.Number) any {
	if f, err := v.Float64(); err == nil {
		return f
	}
	return v.String()
}

// parse reads JSON; what is none stays a text.
func (n *normal) parse(text string) any {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil || d.More() {
		return n.text(text)
	}
	return n.tree(v)
}

// stderr keeps what is said and leaves out where in the code it was said: of a
// crash the place, and the line of the code that follows it.
func (n *normal) stderr(text string) []string {
	var out []string
	place := false
	for line := range strings.SplitSeq(text, "\n") {
		trimmed := strings.TrimSpace(line)
		excerpt := place
		place = crashed.MatchString(line)
		switch {
		case place, excerpt, trimmed == "", trimmed == "^", strings.HasPrefix(trimmed, "at "), strings.HasPrefix(line, "Node.js v"):
		default:
			out = append(out, n.text(line))
		}
	}
	return out
}
