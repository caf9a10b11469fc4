package input

import (
	"slices"
	"strings"
)

// Traits says in a few words what kind of input it is, so that inputs which fail
// alike can be told from the others.
func (in Input) Traits() map[string]string {
	t := map[string]string{"mode": "rpc"}
	if !in.RPC() {
		t["mode"] = "list-models"
	}
	for _, name := range []string{"auth", "models", "settings"} {
		t[name] = "absent"
		for _, f := range in.Files {
			switch {
			case !strings.HasPrefix(f.Path, agentFile(name+".json")):
			case f.Tree != nil:
				t[name] = "plain"
			default:
				t[name] = "odd"
			}
		}
	}
	t["environment"] = "clean"
	for _, v := range in.Env {
		if name, _, _ := strings.Cut(v, "="); strings.HasPrefix(name, "PI_") {
			t["environment"] = "moved"
		} else if !slices.Contains([]string{"MYKEY", "EMPTY"}, name) && t["environment"] == "clean" {
			t["environment"] = "keys"
		}
	}
	t["options"] = "plain"
	for _, a := range in.Args {
		if slices.Contains([]string{"--model", "--models", "--provider", "--api-key", "--thinking"}, a[0]) {
			t["options"] = "model"
		}
	}
	t["provider"] = "not asked"
	for _, s := range in.Steps {
		if s.Kind != Prompt {
			continue
		}
		if t["provider"] == "not asked" {
			t["provider"] = "answers"
		}
		for _, r := range s.Replies {
			if r.Status != 0 || r.Fault != "" {
				t["provider"] = "fails"
			}
		}
	}
	return t
}
