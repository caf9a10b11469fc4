package providers

// legacy is OpenRouter's completions of a prompt, which are older than chats.
type legacy struct{ openRouter }

func (legacy) name() string                            { return "text-completions" }
func (legacy) landmark() string                        { return "/completions" }
func (legacy) operation(path string) (operation, bool) { return exactly(path, "/completions") }
func (legacy) shape() *shape                           { return openRouterPromptShape }

func (d legacy) document(a *answer, text string, finish any) obj {
	return obj{
		{"id", generation(a.id)}, {"object", "text_completion"}, {"created", a.created}, {"model", a.model}, {"provider", upstream(a)},
		{"choices", list{obj{
			{"index", 0}, {"text", text}, {"logprobs", nil}, {"finish_reason", finish}, {"native_finish_reason", finish}, {"reasoning", nil},
		}}},
	}
}

func (d legacy) whole(a *answer) obj {
	return d.document(a, a.text, chatEnding(a)).with("usage", openRouterUsage(a))
}

func (d legacy) stream(s *stream, a *answer) {
	s.comment("OPENROUTER PROCESSING")
	s.body()
	for _, text := range a.pieces(a.text) {
		s.says("", d.document(a, text, nil), text)
	}
	s.tail()
	s.data(d.document(a, "", chatEnding(a)).with("usage", openRouterUsage(a)))
	s.data(doneMark)
}
