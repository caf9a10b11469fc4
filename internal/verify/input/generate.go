package input

import (
	"hash/fnv"
	"math/rand/v2"
)

// maker makes one input. Each part of it has dice of its own, so that a change in
// how one part is made leaves the others as they were.
type maker struct {
	seed uint64
	n    int
	in   Input

	providers []string // that the files and the environment are about
	targets   []target // models that steps may name
	quick     bool     // retries, if any, come at once
	private   bool     // holds credentials for clouds that cannot be played: no prompts
}

// target is a model that there may or may not be.
type target struct{ provider, id string }

// generate makes an input.
func generate(seed uint64, n int) Input {
	m := &maker{seed: seed, n: n}
	m.choose()
	m.environment()
	m.auth()
	m.models()
	m.settings()
	m.extras()
	m.sessions()
	if m.dice("mode").one(9) {
		m.list()
		return m.in
	}
	m.in.Args = []Arg{{"--mode", "rpc"}}
	if !m.dice("themes").one(5) {
		m.in.Args = append(m.in.Args, Arg{"--no-themes"})
	}
	m.flags()
	m.script()
	return m.in
}

// dice are the random numbers of one part of an input.
type dice struct{ *rand.Rand }

func (m *maker) dice(part string) dice {
	h := fnv.New64a()
	_, _ = h.Write([]byte(part)) // never fails
	return dice{rand.New(rand.NewPCG(m.seed^h.Sum64(), uint64(m.n)))}
}

// one is true once in n times.
func (d dice) one(n int) bool { return d.IntN(n) == 0 }

// pick is any of the values.
func pick[T any](d dice, values ...T) T { return values[d.IntN(len(values))] }

// some are a few different values, in any order.
func some[T any](d dice, n int, values []T) []T {
	var out []T
	for _, i := range d.Perm(len(values)) {
		if len(out) == n {
			break
		}
		out = append(out, values[i])
	}
	return out
}

// builtin is a provider that every played version has, with models that every
// version has.
type builtin struct {
	id   string
	env  string
	api  string
	url  string
	ids  []string
	path string // below a local address, as its dialect wants it
}

func builtins() []builtin {
	return []builtin{
		{"openai", "OPENAI_API_KEY", "openai-responses", "https://api.openai.com/v1", []string{"gpt-4", "gpt-4o"}, "/v1"},
		{"anthropic", "ANTHROPIC_API_KEY", "anthropic-messages", "https://api.anthropic.com", []string{"claude-opus-4-8", "claude-sonnet-4-6"}, ""},
		{"google", "GEMINI_API_KEY", "google-generative-ai", "https://generativelanguage.googleapis.com/v1beta", []string{"gemini-2.5-flash", "gemini-3.1-pro-preview"}, "/v1beta"},
		{"mistral", "MISTRAL_API_KEY", "mistral-conversations", "https://api.mistral.ai", []string{"codestral-latest", "devstral-medium-latest"}, ""},
		{"groq", "GROQ_API_KEY", "openai-completions", "https://api.groq.com/openai/v1", []string{"llama-3.1-8b-instant", "openai/gpt-oss-120b"}, "/v1"},
		{"minimax", "MINIMAX_API_KEY", "anthropic-messages", "https://api.minimax.io/anthropic", []string{"MiniMax-M2.7", "MiniMax-M3"}, ""},
		{"together", "TOGETHER_API_KEY", "openai-completions", "https://api.together.ai/v1", []string{"MiniMaxAI/MiniMax-M2.7", "moonshotai/Kimi-K2.6"}, "/v1"},
		{"openrouter", "OPENROUTER_API_KEY", "openai-completions", "https://openrouter.ai/api/v1", []string{"moonshotai/kimi-k2.6", "anthropic/claude-3-haiku"}, "/api/v1"},
	}
}

// others are built-in providers that are listed and chosen, but seldom asked.
func others() []builtin {
	return []builtin{
		{id: "xai", env: "XAI_API_KEY"}, {id: "deepseek", env: "DEEPSEEK_API_KEY"}, {id: "zai", env: "ZAI_API_KEY"},
		{id: "huggingface", env: "HF_TOKEN"}, {id: "cerebras", env: "CEREBRAS_API_KEY"},
		{id: "moonshotai", env: "MOONSHOT_API_KEY"}, {id: "opencode", env: "OPENCODE_API_KEY"},
		{id: "vercel-ai-gateway", env: "AI_GATEWAY_API_KEY"}, {id: "nvidia", env: "NVIDIA_API_KEY"},
		{id: "fireworks", env: "FIREWORKS_API_KEY"}, {id: "kimi-coding", env: "KIMI_API_KEY"},
		{id: "azure-openai-responses", env: "AZURE_OPENAI_API_KEY"},
	}
}

// clouds are built-in providers whose protocol or login cannot be played here.
func clouds() []builtin {
	return []builtin{
		{id: "amazon-bedrock", env: "AWS_BEARER_TOKEN_BEDROCK"}, {id: "google-vertex", env: "GOOGLE_CLOUD_API_KEY"},
		{id: "github-copilot", env: "COPILOT_GITHUB_TOKEN"}, {id: "openai-codex", env: ""},
		{id: "cloudflare-workers-ai", env: "CLOUDFLARE_API_KEY"},
	}
}

// choose decides what the input is about.
func (m *maker) choose() {
	d := m.dice("choose")
	for _, b := range some(d, 1+d.IntN(3), builtins()) {
		m.providers = append(m.providers, b.id)
		for _, id := range b.ids {
			m.targets = append(m.targets, target{b.id, id})
		}
	}
	if d.one(4) {
		m.providers = append(m.providers, pick(d, others()...).id)
	}
	if d.one(8) {
		m.providers = append(m.providers, pick(d, clouds()...).id)
		m.private = true
	}
}

// known finds a built-in provider.
func known(id string) builtin {
	for _, table := range [][]builtin{builtins(), others(), clouds()} {
		for _, b := range table {
			if b.id == id {
				return b
			}
		}
	}
	return builtin{id: id}
}

// key is a credential that is seen to be whose it is, and has nothing in it that
// could be taken for the status of an error.
func key(whose string) string { return "key-of-" + whose }

func (m *maker) file(path string, tree Node) {
	m.in.Files = append(m.in.Files, File{Path: path, Tree: &tree})
}

func (m *maker) textFile(path, text string) {
	m.in.Files = append(m.in.Files, File{Path: path, Text: text})
}

// agentFile is a path in the agent folder.
func agentFile(name string) string { return ".pi/agent/" + name }
