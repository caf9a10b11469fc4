package providers

import "strings"

// answer is what a model says to one question.
type answer struct {
	id        string // letters only
	model     string
	created   int64
	text      string
	reasoning string
	calls     []toolCall
	finish    Finish
	usage     Usage
	tell      bool   // the client asked for the usage of a stream
	chunk     int    // characters of a piece of text in a stream; 0 for a few pieces
	provider  string // that OpenRouter names
	free      bool
}

// toolCall is one call of a tool. Its id is nine letters, which is what Mistral
// wants; others put a prefix of their own before it.
type toolCall struct {
	id, name, arguments string
}

// compose makes the answer of an exchange out of what its script says.
func compose(e *exchange) *answer {
	say := e.say
	a := &answer{
		id: e.id, model: e.place.endpoint.dialect.winner(e.model), created: e.created, tell: e.question.usage,
		text: say.Text, reasoning: say.Reasoning, finish: say.Finish, chunk: e.pace.chunk(),
		free: strings.HasSuffix(e.model, ":free"), provider: say.Provider, usage: say.Usage,
	}
	if say.Echo {
		a.text = e.talk().user
	}
	said := len(a.text) + len(a.reasoning)
	for i, t := range say.Tools {
		call := toolCall{id: t.ID, name: t.Name, arguments: t.Arguments.text()}
		if call.id == "" {
			call.id = letters(e.n*maxCalls+i, 9)
		}
		said += len(call.name) + len(call.arguments)
		a.calls = append(a.calls, call)
	}
	if a.usage.Prompt == 0 {
		a.usage.Prompt = tokens(e.question.size)
	}
	if a.usage.Output == 0 {
		a.usage.Output = tokens(said)
	}
	if a.usage.Reasoning == 0 && a.reasoning != "" {
		a.usage.Reasoning = tokens(len(a.reasoning))
	}
	return a
}

// maxCalls is how many calls of one answer have ids that no other answer has.
const maxCalls = 64

// pieces cuts a text as a model would say it, never within a character.
func (a *answer) pieces(text string) []string {
	size := a.chunk
	if size <= 0 {
		const few, long = 4, 20
		size = max(min(long, (len([]rune(text))+few-1)/few), 1)
	}
	var parts []string
	n, start := 0, 0
	for i := range text {
		if n == size {
			parts = append(parts, text[start:i])
			n, start = 0, i
		}
		n++
	}
	if start < len(text) {
		parts = append(parts, text[start:])
	}
	return parts
}

// cost is what the answer costs at OpenRouter: prompt and completion, in USD.
func (a *answer) cost() (prompt, output float64) {
	if a.free {
		return 0, 0
	}
	return dollars(a.usage.Prompt * promptPrice), dollars(a.usage.Output * outputPrice)
}

// total is prompt and completion together.
func (a *answer) total() float64 {
	if a.free {
		return 0
	}
	return dollars(a.usage.Prompt*promptPrice + a.usage.Output*outputPrice)
}

// Prices of a token of every model here, in billionths of a USD: whole numbers
// add up without a remainder.
const (
	promptPrice = 150
	outputPrice = 600
)

func dollars(billionths int) float64 { return float64(billionths) / 1e9 }

// tokens is a plausible count for a text: stable, and never nothing.
func tokens(bytes int) int { return bytes/4 + 1 }
