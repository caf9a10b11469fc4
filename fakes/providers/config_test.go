package providers_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/agenta-ai/conform/fakes/providers"
)

const rules = `
keys:
  openrouter: [sk-or-one, sk-or-two]
  llm.acme.example: [sk-acme]
gateways: [llm.acme.example]
management-keys: [sk-manage]
models: ["openai/*", acme/one]
unserved: acme/gone
reply: |
  Hello.
rules:
  - name: weather
    when: {model: "openai/*", user: "/weather/", turn: 1, stream: true}
    times: 2
    say:
      reasoning: Hm.
      tools:
        - {name: get_weather, arguments: {city: Paris}}
      usage: {prompt: 10, output: 5}
  - when: {tool: "*"}
    say: It is sunny.
    pace: {first: 800ms, rate: 40, jitter: 0.2}
  - when: {header: {X-Case: "7"}}
    behaviour: {kind: status, status: 429, retry-after: 2s, message: Slow down}
  - behaviour: stall
  - behaviour: 503
  - behaviour: {kind: cut, after: 3}
limits:
  - {when: {key: "*"}, requests: 10, per: 1m, by: key}
chaos: {seed: 7, rate: 0.25, behaviours: [500, {kind: error-frame, after: start}]}
tenants:
  - name: seven
    scope: {prefix: /case-7}
    reply: Seven.
`

func TestReadConfig(t *testing.T) {
	got, err := providers.ReadConfig("rules.yaml", []byte(rules))
	if err != nil {
		t.Fatal(err)
	}
	yes := true
	want := providers.Config{
		Script: providers.Script{
			Keys:           map[string][]string{"openrouter.ai": {"sk-or-one", "sk-or-two"}, "llm.acme.example": {"sk-acme"}},
			Gateways:       []string{"llm.acme.example"},
			ManagementKeys: []string{"sk-manage"},
			Models:         []providers.Pattern{"openai/*", "acme/one"},
			Unserved:       []string{"acme/gone"},
			Reply:          "Hello.\n",
			Rules: []providers.Rule{
				{
					Name: "weather", When: providers.When{Model: "openai/*", User: "/weather/", Turn: 1, Stream: &yes}, Times: 2,
					Say: &providers.Say{
						Reasoning: "Hm.", Usage: providers.Usage{Prompt: 10, Output: 5},
						Tools: []providers.Tool{{Name: "get_weather", Arguments: providers.Arguments{Value: map[string]any{"city": "Paris"}}}},
					},
				},
				{
					When: providers.When{Tool: "*"}, Say: &providers.Say{Text: "It is sunny."},
					Pace: &providers.Pace{First: 800 * time.Millisecond, Rate: 40, Jitter: 0.2},
				},
				{
					When:      providers.When{Header: map[string]providers.Pattern{"X-Case": "7"}},
					Behaviour: &providers.Behaviour{Kind: providers.Status, Status: 429, RetryAfter: 2 * time.Second, Message: "Slow down"},
				},
				{Behaviour: &providers.Behaviour{Kind: providers.Stall}},
				{Behaviour: &providers.Behaviour{Kind: providers.Status, Status: 503}},
				{Behaviour: &providers.Behaviour{Kind: providers.Cut, After: 3}},
			},
			Limits: []providers.Limit{{When: providers.When{Key: "*"}, Requests: 10, Per: time.Minute, By: providers.ByKey}},
			Chaos: providers.Chaos{Seed: 7, Rate: 0.25, Behaviours: []providers.Behaviour{
				{Kind: providers.Status, Status: 500}, {Kind: providers.ErrorFrame, After: providers.AtStart},
			}},
		},
		Tenants: []providers.TenantConfig{{
			Name: "seven", Scope: providers.Scope{Prefix: "/case-7"}, Script: providers.Script{AnyKey: true, Reply: "Seven."},
		}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got := got.String(); got != "6 rules, 1 limit, 1 tenant, chaos" {
		t.Error(got)
	}
	empty, err := providers.ReadConfig("rules.yaml", nil)
	if err != nil || !empty.AnyKey || !empty.Echo || empty.String() != "no rules" {
		t.Errorf("an empty file: %v %+v", err, empty)
	}
}

func TestReadConfigRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"rulez: []\n":                                     `r.yaml:1:1: unknown key "rulez"; allowed are any-key, behaviour, chaos, echo, gateways, keys, limits, management-keys, models, pace, refuse-unknown-fields, reply, rules, tenants, unserved`,
		"rules:\n  - when: {modle: x}\n":                  `r.yaml:2:12: unknown key "modle"; allowed are dialect, header, host, key, model, offers, path, request, stream, tool, turn, user`,
		"rules:\n  - behaviour: stal\n":                   `r.yaml:2:16: no behaviour "stal"; there are ok, status, stall, cut, reset, end, error-frame, malformed, wrong-type, page, or a status`,
		"rules:\n  - behaviour: 200\n":                    `r.yaml:2:16: status 200 is no error; want 400 to 599`,
		"rules:\n  - behaviour: {kind: cut, after: 0}\n":  `r.yaml:2:35: want start, half or a number of events from 1 on`,
		"rules:\n  - when: {model: \"/(/\"}\n":            "r.yaml:2:19: pattern /(/: error parsing regexp: missing closing ): `(`",
		"rules:\n  - times: -1\n":                         `r.yaml:2:5: times: -1; want how often the rule applies, 0 for always`,
		"rules:\n  - say: {tools: [{arguments: {}}]}\n":   `r.yaml:2:19: a tool call without a name`,
		"rules:\n  - say: {finish: done}\n":               `r.yaml:2:19: no ending "done"; there are stop, tool_calls, length, content_filter`,
		"rules:\n  - pace: {rate: fast}\n":                `r.yaml:2:18: "fast" is not a number`,
		"pace: {jitter: 2}\n":                             `r.yaml:1:7: jitter: want a part from 0 to 1`,
		"limits:\n  - {requests: 1}\n":                    `r.yaml:2:5: per: want a time such as 1m`,
		"limits:\n  - {per: 1m}\n":                        `r.yaml:2:5: want requests or tokens, more than 0`,
		"limits:\n  - {requests: 1, per: 1m, by: user}\n": `r.yaml:2:32: by "user"; there are key, host, model`,
		"chaos: {rate: 0.5}\n":                            `r.yaml:1:8: chaos without behaviours`,
		"keys:\n  openruter: [x]\n":                       `r.yaml:2:3: no host "openruter"; there are anthropic, google, groq, minimax, mistral, openai, openrouter, together, api.anthropic.com, api.groq.com, api.minimax.io, api.mistral.ai, api.openai.com, api.together.ai, api.together.xyz, generativelanguage.googleapis.com, openrouter.ai, and those of gateways`,
		"tenants:\n  - {name: a, scope: {prefix: /a}}\n  - {name: a, scope: {prefix: /b}}\n": `r.yaml:3:5: tenant "a" stands here twice`,
		"tenants:\n  - {name: a}\n":                                                 `r.yaml:2:5: tenant a has no scope; want a prefix, hosts or keys`,
		"tenants:\n  - {scope: {prefix: /a}}\n":                                     `r.yaml:2:5: a tenant without a name`,
		"tenants:\n  - {name: a, scope: {prefix: a}}\n":                             `r.yaml:2:5: tenant a: prefix "a"; want a path such as /case-7`,
		"tenants:\n  - name: a\n    scope: {prefix: /a}\n    keys: {nobody: [x]}\n": `r.yaml:4:12: no host "nobody"`,
		"reply: [a\n": `r.yaml:1:8: sequence end token ']' not found`,
	} {
		got, err := providers.ReadConfig("r.yaml", []byte(text))
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q:\n got %v\nwant %s", text, err, want)
		}
		if diff := cmp.Diff(providers.Config{}, got); diff != "" {
			t.Errorf("%q: half loaded: %s", text, diff)
		}
	}
}

func FuzzReadConfig(f *testing.F) {
	f.Add([]byte(rules))
	f.Add([]byte(`{"rules": [{"when": {"model": "/(/"}}], "limits": null}`))
	f.Add([]byte("tenants: [{name: a, scope: {keys: b}}]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		config, err := providers.ReadConfig("r.yaml", data)
		if err != nil {
			return
		}
		providers.New().Load(config) // what was read can be played
	})
}

// What the documentation shows can be loaded.
func TestDocumentedRules(t *testing.T) {
	page, err := os.ReadFile("../../docs/fakes/providers.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(page), "```yaml\n")
	text, _, _ := strings.Cut(rest, "```")
	config, err := providers.ReadConfig("providers.md", []byte(text))
	if err != nil || len(config.Rules) != 6 || len(config.Tenants) != 1 {
		t.Errorf("%v: %s", err, config)
	}
}
