package dialect

import (
	"encoding/json"
	"strings"

	"github.com/agenta-ai/conform/fakes/pi/internal/jsval"
)

// completionsQuirk is how a provider's imitation of the API differs.
type completionsQuirk struct {
	store            bool   // knows "store"
	developer        bool   // has the role "developer"
	effort           bool   // knows reasoning_effort
	usageInStream    bool   // reports usage in the stream
	maxTokens        bool   // max_tokens instead of max_completion_tokens
	strict           bool   // tools may say "strict"
	thinking         string // how reasoning is asked for
	reasoningContent bool   // answers in the history must have reasoning_content
	toolStream       bool   // wants tool_stream
	resultName       bool   // results of tools have the tool's name
	answerAfterTool  bool   // an answer must stand between a tool's result and the user
	cacheControl     bool   // caches as Anthropic does
	routing          json.RawMessage
}

// completionsQuirks guesses the quirks from provider and address, and lets the
// model's own compat overrule the guess.
func completionsQuirks(c *Call) completionsQuirk {
	at := func(provider string, hosts ...string) bool {
		for _, host := range hosts {
			if strings.Contains(c.Model.BaseURL, host) {
				return true
			}
		}
		return c.Model.Provider == provider
	}
	together := at("together", "api.together.ai", "api.together.xyz")
	openrouter := at("openrouter", "openrouter.ai")
	zai := at("zai", "api.z.ai", "open.bigmodel.cn") || c.Model.Provider == "zai-coding-cn"
	moonshot := at("moonshotai", "api.moonshot.") || c.Model.Provider == "moonshotai-cn"
	workers := at("cloudflare-workers-ai", "api.cloudflare.com")
	gateway := at("cloudflare-ai-gateway", "gateway.ai.cloudflare.com")
	nvidia := at("nvidia", "integrate.api.nvidia.com")
	antling := at("ant-ling", "api.ant-ling.com")
	grok := at("xai", "api.x.ai")
	deepseek := at("deepseek", "deepseek.com")
	chutes := at("", "chutes.ai")
	odd := together || zai || moonshot || workers || gateway || nvidia || antling || grok || chutes ||
		at("cerebras", "cerebras.ai") || at("", "deepseek.com") || at("opencode", "opencode.ai")

	thinking := "openai"
	switch {
	case deepseek:
		thinking = "deepseek"
	case zai:
		thinking = "zai"
	case together:
		thinking = "together"
	case antling:
		thinking = "ant-ling"
	case openrouter:
		thinking = "openrouter"
	}
	viaAnthropic := strings.HasPrefix(c.Model.ID, "anthropic/")
	q := quirksOf(c)
	out := completionsQuirk{
		store:            q.flag("supportsStore", !odd),
		developer:        q.flag("supportsDeveloperRole", openrouter && (viaAnthropic || strings.HasPrefix(c.Model.ID, "openai/")) || !odd && !openrouter),
		effort:           q.flag("supportsReasoningEffort", !(grok || zai || moonshot || together || gateway || nvidia || antling)),
		usageInStream:    q.flag("supportsUsageInStreaming", true),
		strict:           q.flag("supportsStrictMode", !(c.Persona.StrictByModel || moonshot || together || gateway || nvidia)),
		thinking:         q.text("thinkingFormat", thinking),
		reasoningContent: q.flag("requiresReasoningContentOnAssistantMessages", deepseek),
		toolStream:       q.flag("zaiToolStream", false),
		resultName:       q.flag("requiresToolResultName", false),
		answerAfterTool:  q.flag("requiresAssistantAfterToolResult", false),
	}
	maxField, cacheFormat := "", ""
	if c.Persona.LimitsZai && zai || c.Persona.LimitsDeepSeek && deepseek || chutes || moonshot || gateway || together || nvidia || antling {
		maxField = "max_tokens"
	}
	if c.Model.Provider == "openrouter" && viaAnthropic {
		cacheFormat = "anthropic"
	}
	out.maxTokens = q.text("maxTokensField", maxField) == "max_tokens"
	out.cacheControl = q.text("cacheControlFormat", cacheFormat) == "anthropic"
	if routing := q.v.Get("openRouterRouting"); routing.Kind() == jsval.Object {
		out.routing = routing.Append(nil)
	}
	return out
}
