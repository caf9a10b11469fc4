package known

import (
	"fmt"
	"slices"
	"strings"

	"github.com/agenta-ai/conform/subjects/protocol"
	"github.com/agenta-ai/conform/verdict"
)

// Declares is what a subject says of itself, as far as cells depend on it: a
// driver that says less has its cells skipped, and would be green for that.
type Declares struct {
	Capabilities []string `yaml:"capabilities"`
	Harnesses    []string `yaml:"harnesses"`
	Sandboxes    []string `yaml:"sandboxes"`
	Probes       []string `yaml:"probes"`
	Forms        []string `yaml:"forms"`
}

// declaration is one of the lists, under its key, with what each word of it is.
type declaration struct {
	key, noun string
	words     []string
}

func (d Declares) lists() []declaration {
	return []declaration{
		{"capabilities", "capability", d.Capabilities}, {"harnesses", "harness", d.Harnesses},
		{"sandboxes", "sandbox", d.Sandboxes}, {"probes", "probe", d.Probes}, {"forms", "form", d.Forms},
	}
}

// of reads a subject's own words.
func of(s protocol.Description) Declares {
	return Declares{s.Capabilities, s.Harnesses, s.Sandboxes, s.Probes, s.Forms}
}

// declared holds what the subject says of itself against the file.
func (j *Judge) declared() (red []string) {
	if j.file.Declares == nil || j.says == nil {
		return nil
	}
	now := of(*j.says).lists()
	for i, list := range j.file.Declares.lists() {
		for _, word := range list.words {
			if !slices.Contains(now[i].words, word) {
				red = append(red, fmt.Sprintf("%s: the subject does not declare the %s %s any more", j.file.name, list.noun, word))
			}
		}
		for _, word := range now[i].words {
			if !slices.Contains(list.words, word) {
				red = append(red, fmt.Sprintf("%s: the subject declares the %s %s, and the file does not say so", j.file.name, list.noun, word))
			}
		}
	}
	return red
}

// declares writes what the subject of a run says of itself, "" if no cell tells.
func declares(run verdict.Run) string {
	for _, r := range run.Results {
		if r.Evidence == nil {
			continue
		}
		var out strings.Builder
		out.WriteString("declares:\n")
		for _, list := range of(r.Evidence.Subject).lists() {
			fmt.Fprintf(&out, "  %s: [%s]\n", list.key, strings.Join(list.words, ", "))
		}
		return out.String()
	}
	return ""
}
