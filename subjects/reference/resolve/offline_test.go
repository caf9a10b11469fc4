package resolve_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/agenta-ai/conform/subjects/reference/envvars"
	"github.com/agenta-ai/conform/subjects/reference/modelref"
	"github.com/agenta-ai/conform/subjects/reference/resolve"
)

func TestOffline(t *testing.T) {
	for _, tc := range []struct{ name, provider, variable, mode string }{
		{"together", "together_ai", "TOGETHER_API_KEY", "env"},
		{"together, other spelling", "together_ai", "TOGETHERAI_API_KEY", "runtime_provided"},
		{"minimax", "minimax", "MINIMAX_API_KEY", "env"},
		{"empty value", "openai", "", "runtime_provided"},
		{"unknown provider", "cohere", "COHERE_API_KEY", "runtime_provided"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			vars := map[string]string{tc.variable: "k"}
			for name, r := range map[string]resolve.Offline{
				"static":      resolve.Static(vars),
				"process-env": resolve.ProcessEnv(func(v string) (string, bool) { k, ok := vars[v]; return k, ok }),
			} {
				got := r.Resolve(modelref.Ref{Provider: tc.provider, Model: "m"})
				if got.CredentialMode != tc.mode || (tc.mode == "env") != (len(got.Env) == 1) {
					t.Errorf("%s: %v", name, got)
				}
			}
		})
	}
}

func TestAllReadersUseOneMap(t *testing.T) {
	vault := envvars.Copy(envvars.Name)
	for name, vars := range map[string]map[string]string{
		"offline": envvars.Copy(resolve.OfflineVar), "dump": envvars.Copy(resolve.DumpVar),
	} {
		if !maps.Equal(vars, vault) {
			t.Errorf("%s differs from vault: %v", name, vars)
		}
	}
}

func TestDump(t *testing.T) {
	s := &shelf{records: key("together_ai", "t", "1") + "," + key("minimax", "m", "2") + "," + custom("openai", "c", keyOnly)}
	env, err := resolve.Dump(t.Context(), s, "")
	if err != nil || len(env) != 2 || env["TOGETHER_API_KEY"].Reveal() != "1" || env["MINIMAX_API_KEY"].Reveal() != "2" {
		t.Errorf("dump = %v, %v", env, err)
	}
}

func TestConnectionNeverShowsItsKey(t *testing.T) {
	conn, err := ask(t, &shelf{records: key("openai", "k", "sk-canary-1")}, "pi_core", `"openai/x"`)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := json.Marshal(conn)
	if err != nil {
		t.Fatal(err)
	}
	all := fmt.Sprintf("%v %+v %#v %s %q %d %x %v %+v", conn, conn, conn, conn, conn, conn, conn, &conn, struct{ c resolve.Connection }{conn}) + string(doc)
	if strings.Contains(all, "canary") || strings.Contains(all, fmt.Sprintf("%x", "canary")) {
		t.Errorf("the key shows: %s", all)
	}
}
