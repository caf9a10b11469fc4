package input

import "strings"

// environment makes the variables.
func (m *maker) environment() {
	d := m.dice("environment")
	m.in.Env = append(m.in.Env, "MYKEY=value-of-mykey")
	if d.one(2) {
		m.in.Env = append(m.in.Env, "EMPTY=")
	}
	for _, id := range m.providers {
		name := known(id).env
		if name == "" || !d.one(3) {
			continue
		}
		value := key("environment-" + id)
		if d.one(8) {
			value = ""
		}
		m.in.Env = append(m.in.Env, name+"="+value)
	}
	if d.one(8) {
		m.in.Env = append(m.in.Env, pick(d, "GOOGLE_API_KEY=", "TOGETHERAI_API_KEY=", "GH_TOKEN=", "AWS_REGION=", "ANTHROPIC_OAUTH_TOKEN=",
			"ANTHROPIC_AUTH_TOKEN=", "AZURE_OPENAI_RESOURCE_NAME=", "PI_TELEMETRY=")+"some-value")
	}
	switch d.IntN(24) {
	case 0:
		m.in.Env = append(m.in.Env, "PI_CODING_AGENT_DIR=")
	case 1:
		m.in.Env = append(m.in.Env, "PI_CODING_AGENT_DIR="+Home+"/.pi/agent/")
	case 2:
		m.in.Env = append(m.in.Env, "PI_CODING_AGENT_DIR=~/.pi/agent")
	case 3:
		m.in.Env = append(m.in.Env, "PI_CODING_AGENT_DIR="+Home+"/elsewhere")
	case 4:
		m.in.Env = append(m.in.Env, "PI_CODING_AGENT_SESSION_DIR="+Home+"/sessions-here")
	case 5:
		m.in.Env = append(m.in.Env, "PI_CODING_AGENT_DIR=../.pi/agent")
	}
}

// oldSession is a file of a conversation that has been.
const oldSession = `{"type":"session","version":3,"id":"019a0000-0000-7000-8000-000000000001","timestamp":"2026-01-02T03:04:05.678Z","cwd":"{HOME}/work"}
{"type":"model_change","id":"aaaaaaa1","parentId":null,"timestamp":"2026-01-02T03:04:05.700Z","provider":"PROVIDER","modelId":"MODEL"}
{"type":"thinking_level_change","id":"aaaaaaa2","parentId":"aaaaaaa1","timestamp":"2026-01-02T03:04:05.710Z","thinkingLevel":"low"}
{"type":"message","id":"aaaaaaa3","parentId":"aaaaaaa2","timestamp":"2026-01-02T03:04:06.000Z","message":{"role":"user","content":[{"type":"text","text":"earlier"}],"timestamp":1767323046000}}
{"type":"message","id":"aaaaaaa4","parentId":"aaaaaaa3","timestamp":"2026-01-02T03:04:07.000Z","message":{"role":"assistant","content":[{"type":"text","text":"an old answer"}],"api":"openai-completions","provider":"PROVIDER","model":"MODEL","usage":{"input":3,"output":4,"cacheRead":0,"cacheWrite":0,"totalTokens":7,"cost":{"input":0,"output":0,"cacheRead":0,"cacheWrite":0,"total":0}},"stopReason":"stop","timestamp":1767323047000}}
`

// sessions are files that options and commands may name.
func (m *maker) sessions() {
	t := m.anyTarget(m.dice("sessions"))
	m.textFile("old.jsonl", strings.NewReplacer("PROVIDER", t.provider, "MODEL", t.id).Replace(oldSession))
	m.textFile("garbage.jsonl", "this is\nno session\n")
}

// extras are files beside the configuration.
func (m *maker) extras() {
	d := m.dice("extras")
	if d.one(8) {
		m.textFile(agentFile("skills/shout/SKILL.md"), "---\nname: shout\ndescription: Says it loudly.\n---\n\nSay it in capitals.\n")
	}
	if d.one(16) {
		m.textFile(agentFile("skills/top.md"), "---\ndescription: At the top.\n---\nBody.\n")
	}
	if d.one(12) {
		m.textFile("work/AGENTS.md", "Be kind.\n")
	}
	if d.one(16) {
		m.textFile(agentFile("prompts/hello.md"), "---\ndescription: Greets.\n---\nSay hello to $1.\n")
	}
	if d.one(24) {
		m.textFile("work/.pi/settings.json", `{"defaultThinkingLevel": "high", "steeringMode": "all"}`)
	}
	if d.one(40) {
		m.textFile(agentFile("commands/old.md"), "Say it the old way.\n")
	}
	m.textFile("work/note.txt", "one line\nand another\n")
}
