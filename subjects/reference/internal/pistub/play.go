package pistub

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Play takes the process over if it was started as "pi". Call it first in
// TestMain.
func Play() {
	if filepath.Base(os.Args[0]) != "pi" {
		return
	}
	p := &player{out: json.NewEncoder(os.Stdout), agentDir: os.Getenv("PI_CODING_AGENT_DIR")}
	dir := filepath.Dir(os.Args[0])
	raw, _ := os.ReadFile(filepath.Join(dir, "behaviour.json"))
	json.Unmarshal(raw, &p.Behaviour)
	p.record(dir)
	if p.Crash != "" {
		fmt.Fprintln(os.Stderr, p.Crash)
		os.Exit(1)
	}
	p.load()
	lines := bufio.NewReader(os.Stdin)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			p.answer(line)
		}
		if err != nil {
			break
		}
	}
	if p.Deaf {
		time.Sleep(time.Minute)
	}
	os.Exit(0)
}

type player struct {
	Behaviour
	out      *json.Encoder
	agentDir string
	offered  []model
	current  model
}

type model struct {
	Provider string `json:"provider"`
	ID       string `json:"id"`
}

type object = map[string]any

func (p *player) record(dir string) {
	s := Start{PID: os.Getpid(), Args: os.Args[1:], Env: os.Environ(), Files: map[string]string{}}
	s.Cwd, _ = os.Getwd()
	filepath.WalkDir(p.agentDir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return nil
		}
		name, _ := filepath.Rel(p.agentDir, path)
		info, _ := e.Info()
		content, _ := os.ReadFile(path)
		s.Files[name] = fmt.Sprintf("%o %s", info.Mode().Perm(), content)
		return nil
	})
	raw, _ := json.Marshal(s)
	os.WriteFile(filepath.Join(dir, fmt.Sprintf("start-%020d-%d.json", time.Now().UnixNano(), os.Getpid())), raw, 0o600)
}

// load finds out which models have a credential.
func (p *player) load() {
	auth := map[string]struct{ Key string }{}
	raw, _ := os.ReadFile(filepath.Join(p.agentDir, "auth.json"))
	json.Unmarshal(raw, &auth)
	var custom struct {
		Providers map[string]struct {
			Models []struct{ ID string }
		}
	}
	raw, _ = os.ReadFile(filepath.Join(p.agentDir, "models.json"))
	json.Unmarshal(raw, &custom)
	for _, provider := range []string{"anthropic", "google", "openai", "openrouter", "together"} {
		own := strings.ToUpper(provider) + "_API_KEY"
		if os.ExpandEnv(auth[provider].Key) == "" && os.Getenv(own) == "" {
			continue
		}
		for _, id := range p.BuiltIn[provider] {
			p.offered = append(p.offered, model{provider, id})
		}
		for _, m := range custom.Providers[provider].Models {
			p.offered = append(p.offered, model{provider, m.ID})
		}
	}
	p.current = model{"unknown", "unknown"}
	if len(p.offered) > 0 {
		p.current = p.offered[0]
	}
}

func (p *player) answer(line []byte) {
	var c struct{ ID, Type, Provider, ModelID, Message string }
	json.Unmarshal(line, &c)
	reply := object{"id": c.ID, "type": "response", "command": c.Type, "success": true}
	switch c.Type {
	case "get_state":
		reply["data"] = object{"model": p.current}
	case "get_available_models":
		reply["data"] = object{"models": p.offered}
	case "set_model":
		found := false
		for _, m := range p.offered {
			if m == (model{c.Provider, c.ModelID}) {
				p.current, found = m, true
			}
		}
		if !found {
			reply["success"], reply["error"] = false, "Model not found: "+c.Provider+"/"+c.ModelID
		}
	case "prompt":
		p.out.Encode(reply)
		p.prompt(c.Message)
		return
	}
	p.out.Encode(reply)
}

func (p *player) prompt(text string) {
	p.out.Encode(object{"type": "agent_start"})
	if p.Hang {
		return
	}
	m := object{"role": "assistant", "provider": p.current.Provider, "model": p.current.ID, "content": []any{}, "stopReason": "stop",
		"usage": object{"input": 3, "output": 2, "totalTokens": 5, "cost": object{"total": 0.5}}}
	p.out.Encode(object{"type": "message_end", "message": object{"role": "user", "content": text}})
	p.out.Encode(object{"type": "message_start", "message": m})
	for _, d := range p.Reply {
		p.out.Encode(object{"type": "message_update", "assistantMessageEvent": object{"type": "text_delta", "delta": os.ExpandEnv(d)}})
	}
	m["content"] = []any{object{"type": "text", "text": os.ExpandEnv(strings.Join(p.Reply, ""))}}
	if p.Error != "" {
		m["content"], m["stopReason"], m["errorMessage"] = []any{}, "error", os.ExpandEnv(p.Error)
	}
	p.out.Encode(object{"type": "message_end", "message": m})
	p.out.Encode(object{"type": "agent_end", "willRetry": false})
}
