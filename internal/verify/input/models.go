package input

// models makes models.json.
func (m *maker) models() {
	d := m.dice("models")
	if d.one(6) {
		return
	}
	if d.one(12) {
		m.textFile(agentFile("models.json"), pick(d,
			"", "[]", "null", "{}", "{", `{"providers": null}`, `{"providers": []}`, `{"providers": {}}`, `{"providers": {"fake": null}}`,
			`{"providers": {"fake": 5}}`, "not json", `{"providers": {"groq": {"baseUrl": "{BASE}/v1"}}} /* no */`,
			"\ufeff{\"providers\": {\"groq\": {\"baseUrl\": \"{BASE}/v1\"}}}",
			"{\n  // a comment\n  \"providers\": {\"groq\": {\"baseUrl\": \"{BASE}/v1\",},},\n}",
		))
		return
	}
	providers := object()
	slugs := some(d, 1+d.IntN(3), []string{"fake", "acme", "my/slug", "OpenAI", "a b", "together_ai", "émoji", "__proto__", "zeta"})
	for i, slug := range slugs {
		if i > 0 && d.one(2) {
			break
		}
		providers.add(slug, m.custom(d, slug))
	}
	for _, id := range m.providers {
		if d.one(2) {
			providers.add(id, m.override(d, known(id)))
		}
	}
	m.file(agentFile("models.json"), object(field("providers", providers)))
}

func apis() []string {
	return []string{"openai-completions", "openai-responses", "anthropic-messages", "google-generative-ai", "mistral-conversations"}
}

// address is a base URL at which the provider of the test is found, or nobody.
func address(d dice, api string) string {
	path := ""
	switch api {
	case "openai-completions", "openai-responses":
		path = "/v1"
	case "google-generative-ai":
		path = "/v1beta"
	}
	switch d.IntN(16) {
	case 0:
		return Base + "/pre" + path
	case 1:
		return Base + path + "/"
	case 2:
		return "http://127.0.0.1:1" + path // nobody listens
	case 3:
		return "https://models.example.test" + path
	case 4:
		return pick(d, "not a url", Base+path+"?tag=1", "https://openrouter.ai/api/v1")
	}
	return Base + path
}

// custom makes a provider that Pi does not have.
func (m *maker) custom(d dice, slug string) Node {
	api := pick(d, apis()...)
	p := object()
	if !d.one(12) {
		p.text("baseUrl", address(d, api))
	} else if d.one(2) {
		p.add("baseUrl", raw(pick(d, `""`, "5", "null")))
	}
	if !d.one(12) {
		p.text("api", api)
	} else if d.one(2) {
		p.add("api", raw(pick(d, `""`, "true", `"no-such-api"`)))
	}
	if !d.one(8) {
		p.add("apiKey", m.value(d, slug))
	}
	if d.one(8) {
		p.add("headers", m.headers(d))
	}
	if d.one(12) {
		p.add("authHeader", raw(pick(d, "true", "false")))
	}
	if d.one(10) {
		p.add("name", pick(d, str("A name"), raw("5"), str("")))
	}
	if d.one(8) {
		p.add("compat", m.compat(d))
	}
	if d.one(14) {
		p.add("unknownField", raw("[1]"))
	}
	if d.one(16) {
		return p
	}
	models := list()
	for range pick(d, 0, 1, 1, 2, 2, 3) {
		id := pick(d, "m1", "m2", "vendor/model-x", "model:free", "a@b", "with blank", "claude-opus-4-8", "gpt-4o")
		models.Fields = append(models.Fields, Member{Value: m.model(d, id, api)})
		m.targets = append(m.targets, target{slug, id}, target{slug, id})
	}
	p.add("models", models)
	if d.one(12) {
		p.add("modelOverrides", object(field("m1", object(field("name", str("Renamed")), field("contextWindow", raw("99000"))))))
	}
	return p
}

// model makes one entry of a list of models.
func (m *maker) model(d dice, id, api string) Node {
	n := object(field("id", str(id)))
	if d.one(40) {
		n = object(pick(d, field("id", str("")), field("id", raw("5")), field("name", str("no id"))))
	}
	if d.one(3) {
		n.text("name", "Model "+id)
	}
	if d.one(3) {
		n.add("reasoning", raw("true"))
	}
	if d.one(4) {
		n.add("input", pick(d, list(str("text"), str("image")), list(str("text")), list()))
	}
	if d.one(3) {
		n.add("contextWindow", raw(pick(d, "32000", "64000", "200000", "1000000", "128000.5")))
	}
	if d.one(3) {
		n.add("maxTokens", raw(pick(d, "1000", "4096", "8192", "32000")))
	}
	if d.one(5) {
		n.add("cost", object(field("input", raw("1")), field("output", raw("2.5")), field("cacheRead", raw("0.1")), field("cacheWrite", raw("0"))))
	}
	if d.one(10) {
		n.text("api", pick(d, apis()...))
	}
	if d.one(12) {
		n.text("baseUrl", address(d, api))
	}
	if d.one(12) {
		n.add("headers", m.headers(d))
	}
	if d.one(10) {
		n.add("compat", m.compat(d))
	}
	if d.one(8) {
		n.add("thinkingLevelMap", pick(d,
			object(field("off", raw("null"))), object(field("high", str("max")), field("minimal", raw("null"))),
			object(field("xhigh", str("xhigh"))), raw("{}")))
	}
	if d.one(20) {
		n.add("samplingParams", object(field("temperature", raw("0.5"))))
	}
	if d.one(25) { // a mistake
		bad := pick(d, field("contextWindow", raw("0")), field("maxTokens", raw("-1")), field("input", list(str("audio"))),
			field("reasoning", str("yes")), field("cost", object(field("input", raw("1")))), field("headers", object(field("x-a", raw("5")))),
			field("contextWindow", str("big")), field("name", raw("5")), field("compat", raw("5")), field("compat", object(field("supportsStore", str("yes")))))
		n.Fields = append(n.Fields, bad)
	}
	return n
}

// override makes what models.json can say of a built-in provider.
func (m *maker) override(d dice, b builtin) Node {
	local := func() string { return address(d, b.api) }
	switch d.IntN(12) {
	case 0, 1, 2, 3:
		return object(field("baseUrl", str(local())))
	case 4, 5:
		return object(field("baseUrl", str(local())), field("apiKey", m.value(d, b.id)))
	case 6:
		return object(field("headers", m.headers(d)))
	case 7:
		p := object(field("baseUrl", str(local())))
		id := pick(d, "m1", "new/model")
		models := list(m.model(d, id, b.api))
		if len(b.ids) > 0 && d.one(2) {
			models.Fields = append(models.Fields, Member{Value: m.model(d, b.ids[0], b.api)})
		}
		m.targets = append(m.targets, target{b.id, id})
		p.add("models", models)
		if d.one(2) {
			p.add("apiKey", m.value(d, b.id))
		}
		if d.one(3) {
			p.text("api", pick(d, apis()...))
		}
		return p
	case 8:
		return object(field("apiKey", m.value(d, b.id)))
	case 9:
		overrides := object()
		for _, id := range append(b.ids, "unknown-id") {
			overrides.add(id, pick(d, object(field("name", str("Patched"))), object(field("maxTokens", raw("777"))),
				object(field("reasoning", raw("true")), field("input", list(str("text")))),
				object(field("cost", object(field("input", raw("9"))))), object(field("headers", object(field("x-patched", str("yes"))))),
				object(field("baseUrl", str(local()))), object(field("contextWindow", raw("50000")), field("compat", m.compat(d)))))
		}
		return object(field("modelOverrides", overrides))
	case 10:
		return object(field("baseUrl", str(local())), field("models", list()))
	default:
		return pick(d, object(), object(field("name", str("Only a name"))), object(field("api", str("openai-completions"))), object(field("compat", m.compat(d))))
	}
}

// value makes a text in the language that keys and headers are written in.
func (m *maker) value(d dice, whose string) Node {
	if !d.one(4) {
		return str("models-key-of-" + letters(whose))
	}
	return pick(d, str("$MYKEY"), str("${MYKEY}"), str("$MISSING"), str("!echo shell-key"), str("!false"), str("MYKEY"),
		str(""), raw("5"), str("a-${MYKEY}-z"), str("$$x"), str("$EMPTY"))
}

// letters keeps what can stand in a header.
func letters(text string) string {
	var out []byte
	for _, b := range []byte(text) {
		if b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' {
			out = append(out, b)
		}
	}
	return string(out)
}

func (m *maker) headers(d dice) Node {
	n := object()
	n.Fields = append(n.Fields, some(d, 1+d.IntN(2), []Member{
		field("X-Custom", str("one")), field("x-ref", str("$MYKEY")), field("Authorization", str("Basic abc")),
		field("x-missing", str("$MISSING")), field("User-Agent", str("mine")), field("x-shell", str("!echo from-shell")),
		field("x-api-key", str("header-key")), field("HTTP-Referer", str("https://example.test")),
	})...)
	return n
}

func (m *maker) compat(d dice) Node {
	n := object()
	n.Fields = append(n.Fields, some(d, 1+d.IntN(3), []Member{
		field("supportsStore", raw("false")), field("supportsDeveloperRole", raw("false")), field("supportsReasoningEffort", raw("false")),
		field("maxTokensField", str("max_tokens")), field("supportsUsageInStreaming", raw("false")), field("supportsStrictMode", raw("false")),
		field("thinkingFormat", str("openrouter")), field("requiresToolResultName", raw("true")),
		field("requiresAssistantAfterToolResult", raw("true")), field("noSuchField", raw("1")),
	})...)
	return n
}
