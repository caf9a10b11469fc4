package input

// settings makes settings.json. Most of them keep retries short, since Pi's own
// delays would make a run take hours.
func (m *maker) settings() {
	d := m.dice("settings")
	switch {
	case d.one(7):
		return
	case d.one(10):
		m.textFile(agentFile("settings.json"), pick(d, "", "{", "null", "[]", "5", `"s"`, "{\"theme\": \"dark\",}", "// c\n{}", "\ufeff{}"))
		return
	}
	root := object()
	if !d.one(10) {
		m.quick = true
		retry := object(field("baseDelayMs", raw(pick(d, "1", "4"))))
		switch d.IntN(4) {
		case 0:
			retry = object(field("enabled", raw("false")))
		case 1:
			retry.add("maxRetries", raw(pick(d, "0", "1", "2")))
		}
		root.add("retry", retry)
	}
	t := m.anyTarget(d)
	if d.one(3) {
		root.text("defaultProvider", t.provider)
		root.text("defaultModel", t.id)
	} else if d.one(8) {
		root.add(pick(d, "defaultProvider", "defaultModel"), pick(d, str(t.provider), raw("5"), str("nope")))
	}
	if d.one(5) {
		root.add("defaultThinkingLevel", pick(d, str("low"), str("high"), str("off"), str("xhigh"), str("bogus"), raw("5"), str("minimal")))
	}
	if d.one(7) {
		t := m.anyTarget(d)
		root.add("enabledModels", pick(d, list(str(t.provider+"/"+t.id)), list(str(t.id)), list(str(t.provider+"/*")), list(str("nope/none")),
			list(str(t.provider+"/"+t.id+":low")), list(), list(str("*claude*")), str(t.id)))
	}
	if d.one(10) {
		root.add("steeringMode", pick(d, str("all"), str("one-at-a-time"), str("zzz"), raw("5")))
	}
	if d.one(10) {
		root.text("followUpMode", pick(d, "all", "one-at-a-time"))
	}
	if d.one(10) {
		root.add("compaction", object(field("enabled", raw(pick(d, "true", "false")))))
	}
	if d.one(14) {
		root.text("sessionDir", pick(d, "~/sess", "sess-here", Home+"/abs-sess"))
	}
	if d.one(12) {
		root.add("quietStartup", raw("true"))
	}
	if d.one(12) {
		root.add("unknownSetting", object(field("a", raw("1"))))
	}
	if d.one(14) {
		root.add("enableInstallTelemetry", raw("false"))
	}
	if d.one(25) { // where keys once were
		root.add("apiKeys", object(field(pick(d, m.providers...), str("key-of-old"))))
	}
	if d.one(20) {
		root.add("queueMode", str("all"))
	}
	m.file(agentFile("settings.json"), root)
}

// anyTarget is a model that the files speak of, or that does not exist.
func (m *maker) anyTarget(d dice) target {
	if d.one(8) {
		return pick(d, target{"nope", "none"}, target{"groq", "no-such-model"}, target{"fake", "zzz"}, target{"openai", "gpt-4o"})
	}
	return pick(d, m.targets...)
}
