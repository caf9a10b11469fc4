package banner_test

import (
	"strings"
	"testing"

	"github.com/agenta-ai/conform/subjects/reference/runner/banner"
)

const (
	head   = "pi v0.87.1\n---\n"
	notice = "New version available: v99.1.2 (installed v0.87.1). Run: `npm i -g @earendil-works/pi-coding-agent`\n"
)

type sample struct{ name, in, want string }

func samples() []sample {
	stripped := []struct{ name, banner string }{
		{"BAN-1 raw Extensions", head + "\n## Extensions\n- /home/u/.pi/agent/extensions/agenta.js\n\n"},
		{"BAN-2 rendered headings", head + "\nContext\n- /w/AGENTS.md\n\nExtensions\n- /home/u/.pi/agent/extensions/agenta.js\n"},
		{"BAN-2 rendered without bullets", head + "\nExtensions\n\n/home/u/.pi/agent/extensions/agenta.js\n"},
		{"BAN-3 js path", head + "## Extensions\n- ~/x.js\n- ../local.js\n"},
		{"BAN-4 notice after Extensions", head + "\n## Extensions\n- /a/agenta.js\n\n---\n" + notice},
		{"BAN-5 version and rule", head},
		{"BAN-5 release candidate", "pi v1.0.0-rc.1\n---\n\n"},
		{"BAN-5 Context", head + "\n## Context\n- /w/AGENTS.md\n"},
		{"BAN-5 Skills", head + "\n## Skills\n- /a/skills/s1/SKILL.md\n- /a/top.md\n"},
		{"BAN-5 notice alone", notice},
		{"BAN-8 ts path", head + "\n## Extensions\n- /home/u/.pi/agent/extensions/e.ts\n\n---\n" + notice},
		{"BAN-8 package", head + "\n## Extensions\n- npm:foo\n  - index.ts\n- ../local\n"},
		{"BAN-9 Prompts", head + "\n## Prompts\n- /hello\n\n## Extensions\n- /a/agenta.js\n"},
		{"BAN-9 Prompts rendered", head + "\nPrompts\n/hello\n\nExtensions\n/a/agenta.js\n"},
		{"BAN-12 blanks in a path", head + "\n## Extensions\n- /home/my user/my ext.js\n\n---\n" + notice},
		{"all sections", head + "\n## Context\n- /w/AGENTS.md\n\n## Skills\n- /a/s/SKILL.md\n\n## Prompts\n- /hello\n\n## Extensions\n- /a/e.ts\n- npm:foo\n  - index.ts\n- ../local\n\n---\n" + notice},
		{"line ends of another system", "pi v0.87.1\r\n---\r\n\r\n## Context\r\n- /w/AGENTS.md\r\n\r\n"},
		{"nothing", ""},
	}
	answers := []struct{ name, text string }{
		{"plain", "ANSWER"},
		{"BAN-6 heading later on", "Sure.\n## Extensions\n- /a/b.js"},
		{"list", "- apples\n- pears"},
		{"code", "```go\nfunc main() {}\n```"},
		{"heading of its own", "## Results\n- /a/b.js is missing"},
		{"unfinished words", "Ext"},
	}
	kept := []sample{
		{name: "BAN-10 starts with Extensions", in: "Extensions\nare useful"},
		{name: "BAN-10 heading and a path, no version line", in: "## Extensions\n- /a/b.js\n"},
		{name: "BAN-10 starts with a rule", in: "---\ntitle: x\n---\n"},
		{name: "BAN-10 starts with a .md path", in: "/etc/x/AGENTS.md\nis the file"},
		{name: "BAN-10 starts with a .js path", in: "/srv/app/index.js\nis the file"},
		{name: "version line without a rule", in: "pi v1.2.3\nis what you have"},
		{name: "version in a sentence", in: "pi v1.2.3 is out\n---\n"},
		{name: "notice in a sentence", in: "New version available: v2 of the book"},
		{name: "leading blank lines of an answer", in: "\n\nANSWER"},
		{name: "BAN-11 nothing at all", in: ""},
	}
	var all []sample
	for _, s := range stripped {
		for _, a := range answers {
			all = append(all, sample{s.name + " then " + a.name, s.banner + a.text, a.text})
		}
		all = append(all, sample{"BAN-11 only " + s.name, s.banner, ""})
	}
	for _, k := range kept {
		all = append(all, sample{k.name, k.in, k.in})
	}
	return append(all,
		sample{"answer that begins with a rule after the banner", head + "\n## Context\n- /w/AGENTS.md\n\n---\nANSWER", "---\nANSWER"},
		sample{"answer that begins with a heading after the banner", head + "\nExtensions\nare useful", "Extensions\nare useful"},
		sample{"banner of an answer about banners", head + "\npi v9.9.9\n---\n", "pi v9.9.9\n---\n"},
	)
}

func TestStrip(t *testing.T) {
	for _, s := range samples() {
		t.Run(s.name, func(t *testing.T) {
			if got := banner.Strip(s.in); got != s.want {
				t.Errorf("got %q, want %q", got, s.want)
			}
		})
	}
}

// TestStreamAgreesWithStrip feeds every sample in pieces of every size: what
// comes out must not depend on where the text was cut.
func TestStreamAgreesWithStrip(t *testing.T) {
	for _, s := range samples() {
		for size := 1; size <= len(s.in)+1; size++ {
			stream := banner.NewStream()
			var got strings.Builder
			for rest := s.in; rest != ""; {
				n := min(size, len(rest))
				got.WriteString(stream.Push(rest[:n]))
				rest = rest[n:]
			}
			got.WriteString(stream.Flush())
			if got.String() != s.want {
				t.Errorf("%s in pieces of %d: got %q, want %q", s.name, size, got.String(), s.want)
				break
			}
		}
	}
}

// TestStreamDoesNotDelay holds that an answer flows from its first piece.
func TestStreamDoesNotDelay(t *testing.T) {
	for _, tc := range []struct{ name, before, piece string }{
		{"no banner", "", "Hel"},
		{"after the rule and a blank line", head + "\n", "Hel"},
		{"after a section", head + "\n## Context\n- /w/AGENTS.md\n\n", "Hel"},
		{"list after a section", head + "\n## Context\n- /w/AGENTS.md\n\n", "- ap"},
		{"after the notice", head + "\n## Context\n- /w/AGENTS.md\n\n---\n" + notice, "N"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			stream := banner.NewStream()
			if got := stream.Push(tc.before) + stream.Push(tc.piece); got != tc.piece {
				t.Errorf("got %q, want %q", got, tc.piece)
			}
		})
	}
}
