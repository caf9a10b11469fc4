package sample

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/evidence/runrequest"
	"github.com/agenta-ai/conform/fakes/egress"
	"github.com/agenta-ai/conform/fakes/pi/flight"
	"github.com/agenta-ai/conform/fakes/providers"
	"github.com/agenta-ai/conform/fakes/runner"
	"github.com/agenta-ai/conform/fakes/vault"
	"github.com/agenta-ai/conform/subjects/protocol"
	"github.com/agenta-ai/conform/verdict"
)

func hostOf(provider string) string {
	known := map[string]string{"openrouter": "openrouter.ai", "gemini": "generativelanguage.googleapis.com", "mistral": "api.mistral.ai"}
	if host, ok := known[provider]; ok {
		return host
	}
	return "api." + strings.TrimSuffix(provider, "_ai") + ".com"
}

func variableOf(provider string) string {
	return strings.ToUpper(strings.TrimSuffix(provider, "_ai")) + "_API_KEY"
}

func modelOf(axes map[string]string) string {
	return map[string]string{"built-in": "llama-3.3-70b", "slash-id": "anthropic/claude-sonnet-4:beta", "custom-id": "acme/forge-1", "unknown": "no-such-model"}[axes["model"]]
}

func expected(axes map[string]string) []verdict.Expected {
	files := "auth"
	if axes["endpoint"] == "base-url" || axes["model"] == "custom-id" {
		files = "auth+models"
	}
	row := func(line int) string { return fmt.Sprintf("expectations/2026-07-02.yaml:%d", line) }
	return []verdict.Expected{
		{Fact: "refusal", Value: "no", Clauses: []string{"GATE-1", "GATE-3"}, Row: row(43), Because: "the connection passes both gates"},
		{Fact: "vault.reads", Value: "1", Clauses: []string{"RES-20"}, Row: row(43), Because: "the connection passes both gates"},
		{Fact: "mode", Value: "env", Clauses: []string{"WIRE-7"}, Row: row(57), Because: "the connection's own key is used"},
		{Fact: "wire.provider", Value: axes["provider"], Clauses: []string{"RES-1", "WIRE-4"}, Row: row(74), Because: "a known family is direct"},
		{Fact: "wire.deployment", Value: "direct", Clauses: []string{"RES-1"}, Row: row(74), Because: "a known family is direct"},
		{Fact: "wire.variable", Value: variableOf(axes["provider"]), Clauses: []string{"ENV-1"}, Row: row(74), Because: "a known family is direct"},
		{Fact: "config", Value: files, Clauses: []string{"CFG-7", "CFG-17"}, Row: row(131), Because: "Pi is taught the address or the id"},
		{Fact: "request.host", Value: hostOf(axes["provider"]), Clauses: []string{"CFG-31"}, Row: row(139), Because: "Pi's own address"},
	}
}

// observed is the evidence of a correct turn, about 20 KB of it.
func observed(axes map[string]string, cell string) *evidence.Evidence {
	provider, model := axes["provider"], modelOf(axes)
	if model == "" {
		model = "default-model"
	}
	variable, at := variableOf(provider), began
	prompt := strings.Repeat("You are a careful engineer. Read before you write; say what you did and what you left. ", 24)
	llm, _ := json.Marshal(map[string]any{"model": model, "provider": provider, "connection": map[string]string{"mode": "agenta", "slug": "main"}})
	wire, _ := json.Marshal(map[string]any{
		"harness": axes["harness"], "sandbox": axes["sandbox"], "model": model, "provider": provider, "deployment": "direct",
		"credentialMode": "env", "secrets": map[string]string{variable: "«chosen:main»"}, "connection": map[string]string{"mode": "agenta", "slug": "main"},
		"agentsMd": prompt, "messages": []map[string]string{{"role": "user", "content": "Say OK."}},
	})
	body, _ := json.Marshal(map[string]any{
		"model": model, "stream": true, "messages": []map[string]string{{"role": "system", "content": prompt}, {"role": "user", "content": "Say OK."}},
		"tools": []map[string]any{{"type": "function", "function": map[string]any{"name": "bash", "description": prompt[:600]}}},
	})
	host := hostOf(provider)
	return &evidence.Evidence{
		Cell: cell, Edition: "2026-07-02", Seal: "network namespace", Lane: len(cell) % 4,
		Pi: evidence.PiUsed{Kind: "fake", Version: "0.87.1"},
		Secrets: []evidence.Secret{
			{Label: "chosen:main", Role: evidence.RoleChosen, Name: "main", Kind: provider},
			{Label: "other:spare", Role: evidence.RoleOther, Name: "spare", Kind: "openai"},
			{Label: "operator:" + provider, Role: evidence.RoleOperator, Name: provider, Kind: provider},
			{Label: "caller:token", Role: evidence.RoleCaller, Name: "token"},
		},
		Input: evidence.Input{
			Turn:    &protocol.Turn{ID: "t1", Credential: "ApiKey «caller:token»", Harness: axes["harness"], Sandbox: axes["sandbox"], LLM: llm, Messages: []protocol.Message{{Role: "user", Content: "Say OK."}}},
			Records: []vault.Record{vault.Custom("main", provider, vault.Provider{Key: "«chosen:main»"}, model)},
			Login:   `{"` + provider + `":{"type":"api_key","key":"«operator:` + provider + `»"}}`,
			Policy:  map[string]string{"AGENTA_AGENT_MODEL_STRICT": axes["strict"]}, Reply: "OK.",
		},
		Subject: protocol.Description{Name: "reference", Version: "0.4.0", Protocol: protocol.Version, Capabilities: []string{"resolve", "run"}},
		Outcome: &protocol.Outcome{OK: true, Status: 200, Reply: "OK.", Model: provider + "/" + model, Raw: `{"ok":true,"output":"OK."}`},
		Vault:   []vault.Call{{At: at, Method: "GET", Path: "/secrets/", Authorization: "ApiKey «caller:token»", Status: 200}},
		Wire: []runner.Call{{At: at.Add(3 * time.Millisecond), Method: "POST", Path: "/run", Header: map[string]string{"content-type": "application/json"},
			Body: string(wire), Status: 200, ContentType: "application/json", Reply: `{"ok":true,"output":"OK.","model":"` + provider + "/" + model + `"}`, Forwarded: true}},
		Requests:  readRequest(string(wire)),
		Processes: []flight.Record{process(axes, provider, model, variable, prompt)},
		Providers: []providers.Call{{At: at.Add(20 * time.Millisecond), Scheme: "https", Host: host, Method: "POST", Path: "/v1/chat/completions",
			Header: map[string]string{"authorization": "Bearer «chosen:main»", "content-type": "application/json", "user-agent": "pi/0.87.1"},
			Key:    "«chosen:main»", Body: string(body), Dialect: "openai-completions", Model: model, Stream: true, Status: 200, AnswerModel: model}},
		Egress: []egress.Call{{At: at.Add(18 * time.Millisecond), Method: "CONNECT", Host: host + ":443", Allowed: true}},
		Operator: evidence.Operator{
			Before: []evidence.Entry{{Path: "auth.json", Mode: "0600", Size: 60, Sum: "a1b2c3d4e5f60718", Content: `{"` + provider + `":{"type":"api_key","key":"«operator:` + provider + `»"}}`},
				{Path: "settings.json", Mode: "0644", Size: 40, Sum: "0011223344556677", Content: "{\n  \"quietStartup\": true,\n  \"theme\": \"dark\"\n}\n"}},
			After: []evidence.Entry{{Path: "auth.json", Mode: "0600", Size: 60, Sum: "a1b2c3d4e5f60718"}},
		},
		Log: []string{"level=info msg=resolved provider=" + provider + " deployment=direct", "level=info msg=run model=" + model, "level=info msg=done ms=41"},
		Sightings: []evidence.Sighting{{Label: "caller:token", Place: "vault[0].authorization"}, {Label: "chosen:main", Place: "wire[0].body"},
			{Label: "chosen:main", Place: "processes[0].env[" + variable + "]"}, {Label: "chosen:main", Place: "providers[0].header[authorization]"}},
		Phases: []evidence.Phase{{Name: "stage", Millis: 2.1}, {Name: "invoke", Millis: 31.4}, {Name: "collect", Millis: 4.9}, {Name: "judge", Millis: 0.8}},
	}
}

// readRequest is the run request in one form, as sealed evidence has it.
func readRequest(body string) []runrequest.Request {
	r, err := runrequest.Read(body)
	if err != nil {
		return nil
	}
	return []runrequest.Request{r}
}

func process(axes map[string]string, provider, model, variable, prompt string) flight.Record {
	files := []flight.File{
		{Path: "auth.json", Mode: "0600", Size: 61, Content: "{\n  \"" + provider + "\": {\n    \"type\": \"api_key\",\n    \"key\": \"$" + variable + "\"\n  }\n}\n"},
		{Path: "settings.json", Mode: "0600", Size: 44, Content: "{\n  \"quietStartup\": true,\n  \"theme\": \"dark\"\n}\n"},
		{Path: "skills", Mode: "0700", Dir: true},
		{Path: "skills/review.md", Mode: "0600", Size: 2100, Content: prompt},
	}
	if axes["endpoint"] == "base-url" {
		files = append(files, flight.File{Path: "models.json", Mode: "0600", Size: 180,
			Content: "{\n  \"providers\": {\n    \"" + provider + "\": {\n      \"baseUrl\": \"https://gateway.example/v1\",\n      \"api\": \"openai-completions\",\n      \"apiKey\": \"$" + variable + "\",\n      \"models\": [ { \"id\": \"" + model + "\" } ]\n    }\n  }\n}\n"})
	}
	env := []flight.Var{{Name: "HOME", Value: "/home/operator", Size: 14}, {Name: "LANG", Size: 7}, {Name: "PATH", Size: 60},
		{Name: "PI_CODING_AGENT_DIR", Value: "/tmp/lane/agent-x1", Size: 18}, {Name: "TMPDIR", Size: 9}, {Name: variable, Value: "«chosen:main»", Size: 32}}
	out := []flight.Line{{AtMS: 4, Text: `{"type":"response","command":"get_available_models","success":true}`}}
	for i, word := range strings.Fields(prompt)[:40] {
		out = append(out, flight.Line{AtMS: 12 + float64(i), Text: `{"type":"message_update","assistantMessageEvent":{"type":"text_delta","contentIndex":0,"delta":"` + word + ` "}}`})
	}
	return flight.Record{
		Player: "fake", Version: "0.87.1", PID: 4711, Start: began.Add(5 * time.Millisecond), Argv: []string{"--mode", "rpc", "--no-session"},
		Cwd: "/tmp/lane/work", AgentDir: "/tmp/lane/agent-x1", AgentDirSet: true, AgentDirMode: "0700", Env: env, Files: files,
		Stdin:  []flight.Line{{AtMS: 1, Text: `{"type":"set_model","provider":"` + provider + `","modelId":"` + model + `"}`}, {AtMS: 3, Text: `{"type":"prompt","message":"Say OK."}`}},
		Stdout: out, Exit: &flight.Exit{Reason: "stdin closed", AtMS: 61},
	}
}
