package input

// auth makes auth.json.
func (m *maker) auth() {
	d := m.dice("auth")
	if d.one(6) {
		return
	}
	if d.one(9) {
		m.textFile(agentFile("auth.json"), pick(d,
			"", "[]", "5", `"s"`, "{", "null", `{"groq": {"type": "api_key", "key": "k"},}`,
			"// comment\n{\"groq\": {\"type\": \"api_key\", \"key\": \"key-of-groq\"}}",
			"\ufeff{\"groq\": {\"type\": \"api_key\", \"key\": \"key-of-groq\"}}",
			`{"groq": {"type": "api_key", "key": "first"}, "groq": {"type": "api_key", "key": "second"}}`,
		))
		return
	}
	if d.one(40) { // a folder stands in its place
		m.textFile(agentFile("auth.json/inside"), "x")
		return
	}
	root := object()
	for _, id := range m.providers {
		if !d.one(4) {
			root.add(id, m.entry(d, id))
		}
	}
	if d.one(3) {
		root.add(pick(d, "acme", "fake", "my/slug"), m.entry(d, "acme"))
	}
	if d.one(8) { // names that are nearly those of providers
		root.add(pick(d, "gemini", "together_ai", "Groq", "mistralai", "bedrock"), m.entry(d, "nobody"))
	}
	m.file(agentFile("auth.json"), root)
}

// entry makes one entry of auth.json.
func (m *maker) entry(d dice, id string) Node {
	apiKey := func(value Node) Node { return object(field("type", str("api_key")), field("key", value)) }
	if !d.one(3) {
		return apiKey(str(key(id)))
	}
	switch d.IntN(18) {
	case 0:
		return apiKey(str("$MYKEY"))
	case 1:
		return apiKey(str("${MYKEY}"))
	case 2:
		return apiKey(str("pre-${MYKEY}-post"))
	case 3:
		return apiKey(str(pick(d, "$MISSING", "${MISSING}", "MYKEY", "$EMPTY", "$MYKEY-tail")))
	case 4:
		return apiKey(str(pick(d, "!echo shell-key", "!printf ' padded '", "!exit 1", "!true", "!echo shout >&2; echo two words")))
	case 5:
		return apiKey(str(pick(d, "$$lit", "$!lit", "a$", "$1abc", "${1X}", "${OPEN", " lead", "a  b")))
	case 6:
		return apiKey(str(""))
	case 7:
		return object(field("type", str("api_key")))
	case 8:
		return apiKey(raw(pick(d, "null", "7", "true", "[]", "{}")))
	case 9:
		return object(field("key", str(key(id))))
	case 10:
		return object(field("type", str("bogus")), field("key", str(key(id))))
	case 11:
		return str(key(id))
	case 12:
		return raw(pick(d, "null", "false", "0", "[]", "true"))
	case 13:
		n := apiKey(str("$OWN"))
		n.add("env", object(field("OWN", str("own-value"))))
		return n
	case 14:
		n := apiKey(str("$MYKEY"))
		n.add("env", object(field("MYKEY", str(pick(d, "", "shadow", "$MYKEY")))))
		return n
	case 15:
		n := apiKey(str(key(id)))
		n.add("extra", raw("1"))
		return n
	case 16:
		// Far in the future: nothing asks for a new one.
		return object(field("type", str("oauth")), field("access", str("access-of-"+id)),
			field("refresh", str("refresh-of-"+id)), field("expires", raw("4102444800000")))
	default:
		return object(field("type", str("api_key")), field("env", object(field("OWN", str("own-value")))))
	}
}
