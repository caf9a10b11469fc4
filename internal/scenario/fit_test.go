package scenario

import (
	"testing"

	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/matrix"
	"github.com/agenta-ai/conform/subjects/protocol"
)

func buildFor(t *testing.T, f Fit, id string) (slug, asked string, policy map[string]string) {
	t.Helper()
	m := loadMatrix(t)
	c, err := m.Parse(id)
	if err != nil {
		t.Fatal(err)
	}
	if rule, because := m.Excluded(c, matrix.Run{Pi: "fake"}); rule != "" {
		t.Fatalf("%s is no cell: %s: %s", id, rule, because)
	}
	s, err := BuildFor(f, m, c, 1)
	if err != nil {
		t.Fatal(err)
	}
	return s.Vault[s.Turn.Credential][0].Slug, string(s.Turn.LLM), s.Setup.Policy
}

func TestFit(t *testing.T) {
	key := cell("provider_key", "openai", "named", "")
	kind := Fit{KeysByKind: true}
	for name, test := range map[string]struct {
		fit         Fit
		cell        string
		slug, asked string
	}{
		"a key by its name":            {Fit{}, key, "main", `{"connection":{"mode":"agenta","slug":"main"},"model":"gpt-4o-mini","provider":"openai"}`},
		"a key by its kind":            {kind, key, "openai", `{"connection":{"mode":"agenta","slug":"openai"},"model":"gpt-4o-mini","provider":"openai"}`},
		"a key with a name of its own": {kind, key + "+vault=own-name", "main", `{"connection":{"mode":"agenta","slug":"main"},"model":"gpt-4o-mini","provider":"openai"}`},
		"a custom provider":            {kind, cell("custom_provider", "openai", "named", ""), "main", `{"connection":{"mode":"agenta","slug":"main"},"model":"gpt-4o-mini","provider":"openai"}`},
	} {
		t.Run(name, func(t *testing.T) {
			slug, asked, _ := buildFor(t, test.fit, test.cell)
			if slug != test.slug || asked != test.asked {
				t.Errorf("the record is %s, the agent says %s", slug, asked)
			}
		})
	}
}

func TestServiceOnlySettings(t *testing.T) {
	strict := "pi_core/local/custom_provider/openai/named/base-url/built-in/strict-on"
	open := "pi_core/local/custom_provider/openai/named/blocked-url/built-in/strict-unset+egress=insecure"
	if _, _, policy := buildFor(t, Fit{ServiceOnly: true}, strict); policy != nil {
		t.Errorf("a service half is given %v", policy)
	}
	if _, _, policy := buildFor(t, Fit{}, strict); policy["AGENTA_AGENT_MODEL_STRICT"] != "true" {
		t.Errorf("both halves are given %v", policy)
	}
	if _, _, policy := buildFor(t, Fit{ServiceOnly: true}, open); policy[InsecureEgress] != "true" {
		t.Errorf("a service half is given %v", policy)
	}
}

func TestFitOf(t *testing.T) {
	for name, test := range map[string]struct {
		d    protocol.Description
		want Fit
	}{
		"both halves":  {protocol.Description{Capabilities: []string{protocol.CapResolve, protocol.CapRun}, KeysBy: protocol.KeysByName}, Fit{}},
		"service half": {protocol.Description{Capabilities: []string{protocol.CapResolve}}, Fit{ServiceOnly: true}},
		"older":        {protocol.Description{Capabilities: []string{protocol.CapResolve}, KeysBy: protocol.KeysByKind}, Fit{ServiceOnly: true, KeysByKind: true}},
		"unknown":      {protocol.Description{}, Fit{}},
	} {
		if got := FitOf(test.d); got != test.want {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestGatewayIsServedToTheCaller(t *testing.T) {
	s := build(t, loadMatrix(t), cell("provider_key", "openai", "named", "+gateway=served"), 1)
	g, served := s.Gateways[s.Turn.Credential]
	if !served || len(s.Gateways) != 1 || g.Name != Slug || g.Provider != "openai" || g.Model != "gpt-4o-mini" {
		t.Errorf("gateways %+v", s.Gateways)
	}
	for _, secret := range s.Secrets {
		if secret.Role == evidence.RoleGateway && secret.Value == g.Credential {
			return
		}
	}
	t.Error("the gateway's credential is no canary")
}
