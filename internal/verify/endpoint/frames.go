package endpoint

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/agenta-ai/conform/internal/verify/input"
)

// frame is one event of a stream.
type frame struct {
	text  string
	first bool // the last frame that Stall still sends
	mid   bool // where faults strike: before it
	error bool // only sent with ErrorMid
}

// asked is what an answer has to repeat of its request.
type asked struct {
	model string
	usage bool // a count of tokens was asked for
}

func question(body, path string) asked {
	var q struct {
		Model   string `json:"model"`
		Options *struct {
			Usage bool `json:"include_usage"`
		} `json:"stream_options"`
	}
	_ = json.Unmarshal([]byte(body), &q) // anything else has no model
	a := asked{model: q.Model, usage: q.Options != nil && q.Options.Usage}
	if _, rest, ok := strings.Cut(path, "/models/"); ok && a.model == "" {
		a.model, _, _ = strings.Cut(rest, ":streamGenerateContent")
	}
	return a
}

// dialectOf finds the dialect by the path of a request.
func dialectOf(path string) func(asked, input.Reply) []frame {
	switch {
	case strings.HasSuffix(path, "/chat/completions"):
		return completions
	case strings.HasSuffix(path, "/responses"):
		return responses
	case strings.HasSuffix(path, "/messages"):
		return anthropic
	case strings.Contains(path, ":streamGenerateContent"):
		return google
	}
	return nil
}

// spoil applies a fault to a stream.
func spoil(frames []frame, fault input.Fault) []frame {
	var out []frame
	for _, f := range frames {
		if f.mid {
			switch fault {
			case input.Cut, input.Early:
				return out
			case input.Malformed:
				out = append(out, frame{text: strings.Replace(f.text, "data: {", "data: {broken ", 1)})
				continue
			}
		}
		if f.error {
			if fault == input.ErrorMid {
				return append(out, f)
			}
			continue
		}
		if fault == input.Nothing {
			continue
		}
		out = append(out, f)
		if f.first && fault == input.Stall {
			return out
		}
	}
	return out
}

type object = map[string]any

func data(v any) string {
	var out strings.Builder
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(fmt.Sprintf("endpoint: %v", err)) // plain data
	}
	return "data: " + out.String() + "\n"
}

func named(event string, v object) string {
	v["type"] = event
	return "event: " + event + "\n" + data(v)
}

// halves cuts a text in two, within a word and never within a character.
func halves(text string) []string {
	r := []rune(text)
	if len(r) < 2 {
		return []string{text}
	}
	return []string{string(r[:len(r)/2]), string(r[len(r)/2:])}
}

// mark says where the stream of a reply stalls and breaks: after the first piece
// of its last block, unless that has one piece only.
func mark(frames []frame) []frame {
	if n := len(frames); n >= 2 {
		frames[n-2].first = true
		frames[n-1].mid = true
	} else if n == 1 {
		frames[0].first = true
	}
	return frames
}

func model(q asked, r input.Reply) string {
	if r.Model != "" {
		return r.Model
	}
	return q.model
}
