package input

// list makes a start that prints the models and ends.
func (m *maker) list() {
	d := m.dice("list")
	m.in.Args = []Arg{{"--list-models"}}
	if d.one(3) {
		m.in.Args[0] = append(m.in.Args[0], pick(d, "gpt", "claude", "fake", "m1", "zzzz", "kimi k2", "OPENAI"))
	}
	if d.one(5) {
		m.in.Args = append(m.in.Args, pick(d, Arg{"--offline"}, Arg{"--no-extensions"}))
	}
}

// flags adds options to a conversation.
func (m *maker) flags() {
	d := m.dice("flags")
	add := func(words ...string) { m.in.Args = append(m.in.Args, words) }
	t := m.anyTarget(d)
	if d.one(5) {
		add("--no-session")
	}
	if d.one(3) {
		switch d.IntN(12) {
		case 0, 1, 2:
			add("--model", t.provider+"/"+t.id)
		case 3:
			add("--model", t.provider+"/"+t.id+pick(d, ":low", ":high", ":off", ":bogus", ":xhigh"))
		case 4:
			add("--provider", t.provider)
			add("--model", t.id)
		case 5:
			add("--model", t.id)
		case 6:
			add("--models", t.provider+"/"+t.id+","+m.anyTarget(d).id)
		case 7:
			add("--models", pick(d, "*claude*", t.provider+"/*", "nope", t.id+":high", "gpt-4o,nope/*"))
		case 8:
			add("--provider", t.provider)
		case 9:
			add("--api-key", "key-of-the-flag")
			if !d.one(3) {
				add("--model", t.provider+"/"+t.id)
			}
		case 10:
			add("--model", pick(d, "nope/none", "gpt-4o", "claude", t.provider, "GPT-4O", t.provider+"/zzz"))
		case 11:
			add("--provider", pick(d, "nope", "OpenAI", "groq"))
			add("--model", pick(d, "x", "gpt-4o"))
		}
	}
	if d.one(8) {
		add("--thinking", pick(d, "low", "high", "off", "xhigh", "minimal", "medium", "bogus"))
	}
	m.in.Args = append(m.in.Args, some(d, pick(d, 0, 0, 0, 1, 1, 2), []Arg{
		{"--offline"}, {"--no-tools"}, {"--system-prompt", "Be brief."}, {"--append-system-prompt", "And kind."}, {"--no-skills"},
		{"--skill", Home + "/.pi/agent/skills/shout"}, {"-nc"}, {"--name", "my run"}, {"--no-extensions"}, {"--no-approve"},
		{"--session-id", "my-own-id"}, {"--session", Home + "/new-session.jsonl"}, {"--session-dir", Home + "/sd"}, {"--session", "deadbeef"},
		{"--verbose"}, {"--no-prompt-templates"}, {"--tools", "read,bash"}, {"--session", Home + "/old.jsonl"}, {"--session", Home + "/garbage.jsonl"},
	})...)
	if d.one(25) {
		m.in.Args = append(m.in.Args, pick(d, Arg{"-zz"}, Arg{"--nosuch"}, Arg{"--nosuch", "value"}, Arg{"@note.txt"}, Arg{"--nosuch=1", "--other"}, Arg{"--model"}))
	}
}
