package suites

import (
	"encoding/json"
	"strings"

	"github.com/agenta-ai/conform/fakes/pi/flight"
	"github.com/agenta-ai/conform/matrix"
	"github.com/agenta-ai/conform/subjects/protocol"
	. "github.com/onsi/gomega"
)

// ban compares the reply with what the model was scripted to say. Each clause
// is shown by the samples that hold the part of a banner it speaks of.
func ban() []Check {
	needs := []string{protocol.CapRun}
	answered := func(facts ...string) func(matrix.Case, matrix.Expectation) bool {
		return where(append([]string{"observe=turn", onPi, "outcome=replies|falls-back"}, facts...)...)
	}
	return []Check{
		{Clause: "BAN-1", Needs: needs, Shows: answered("banner=extensions-js|extensions-ts"), Judge: stripped},
		{Clause: "BAN-2", Needs: needs, Shows: answered("banner=rendered"), Judge: stripped},
		{Clause: "BAN-3", Needs: needs, Shows: answered("banner=extensions-js"), Judge: stripped},
		{Clause: "BAN-4", Needs: needs, Shows: answered("banner=extensions-js"), Judge: stripped},
		{Clause: "BAN-5", Across: []string{"banner"}, Needs: needs, Shows: answered("banner=context|skills|notice", "answer=plain"), Judge: stripped},
		{Clause: "BAN-6", Needs: needs, Shows: answered("answer=mentions"), Judge: unchanged},
		{Clause: "BAN-7", Needs: needs, Shows: answered("turn=stream", "!banner=no-banner"), Judge: streamedClean},
		{Clause: "BAN-8", Needs: needs, Shows: answered("banner=extensions-ts"), Judge: stripped},
		{Clause: "BAN-9", Needs: needs, Shows: answered("banner=prompts"), Judge: stripped},
		{Clause: "BAN-10", Across: []string{"answer"}, Needs: needs, Shows: answered("answer=word|rule|md-path|js-path"), Judge: unchanged},
		{Clause: "BAN-11", Across: []string{"request.dialect"}, Needs: needs, Shows: answered("banner=only"), Judge: stripped},
		{Clause: "BAN-12", Needs: needs, Shows: answered("banner=spaces"), Judge: stripped},
	}
}

func unshownBan() map[string]string { return nil }

// sameReply compares the reply, and what was streamed of it, with the script.
func sameReply(g Gomega, in In) {
	out := in.ended(g)
	if out == nil {
		return
	}
	g.Expect(out.OK).To(BeTrue(), "the turn succeeds (%s)", failureText(in))
	if !out.OK {
		return
	}
	g.Expect(out.Reply).To(Equal(in.Got.Input.Reply), "the reply")
	if in.Case.Is("turn", "stream") && len(out.Deltas) > 0 {
		g.Expect(strings.Join(out.Deltas, "")).To(Equal(in.Got.Input.Reply), "the streamed text")
	}
}

// stripped expects the reply without the banner that Pi was made to say.
func stripped(g Gomega, in In) string {
	if in.ran(g) == nil {
		return ""
	}
	if reason := in.bannerUnsaid(); reason != "" {
		return reason
	}
	sameReply(g, in)
	return ""
}

// unchanged expects an answer that looks like a banner as it is.
func unchanged(g Gomega, in In) string {
	if in.Got.Input.Reply == "" {
		return "the model was not scripted to say anything"
	}
	sameReply(g, in)
	return ""
}

// streamedClean expects the deltas to add up to the answer alone. When each was
// sent does not stand in the evidence, so a delay is not seen.
func streamedClean(g Gomega, in In) string {
	if in.ran(g) == nil {
		return ""
	}
	if reason := in.bannerUnsaid(); reason != "" {
		return reason
	}
	out := in.ended(g)
	if out == nil {
		return ""
	}
	g.Expect(out.OK).To(BeTrue(), "the turn succeeds (%s)", failureText(in))
	if out.OK {
		g.Expect(strings.Join(out.Deltas, "")).To(Equal(in.Got.Input.Reply), "the streamed text")
	}
	return ""
}

// bannerUnsaid is why the banner cannot be told to have stood before the
// answer, "" if it can.
func (in In) bannerUnsaid() string {
	first, _, _ := strings.Cut(strings.TrimSpace(in.Got.Input.Banner), "\n")
	if first == "" {
		return "no banner was staged"
	}
	for i := range in.Got.Processes {
		if strings.Contains(spoken(&in.Got.Processes[i]), first) {
			return ""
		}
	}
	return "Pi did not say the banner"
}

// spoken is all text that Pi sent: its lines as they are, and the texts in them,
// pieces joined.
func spoken(p *flight.Record) string {
	var lines, texts, pieces strings.Builder
	for _, l := range p.Stdout {
		lines.WriteString(l.Text + "\n")
		var doc any
		if json.Unmarshal([]byte(l.Text), &doc) != nil {
			continue
		}
		walk(doc, "", func(_, member string, value any) {
			switch s := text(value); member {
			case "delta":
				pieces.WriteString(s)
			default:
				texts.WriteString(s + "\n")
			}
		})
	}
	return lines.String() + texts.String() + pieces.String()
}
