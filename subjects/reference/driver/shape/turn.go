package shape

import "encoding/json"

// Description is what the subject says of itself.
type Description struct {
	Name         string   `json:"name"`
	Version      string   `json:"version"`
	Protocol     string   `json:"protocol"`
	Editions     []string `json:"editions"`
	Capabilities []string `json:"capabilities"`
	Harnesses    []string `json:"harnesses"`
	Sandboxes    []string `json:"sandboxes"`
	Probes       []string `json:"probes"`
	Forms        []string `json:"forms"`
}

// The forms of a stream.
const (
	FormNDJSON = "ndjson"
	FormSSE    = "sse"
	FormVercel = "vercel"
)

// World is what surrounds the subject. The proxy, the authority and the home
// are in the process environment as well, where the runner finds them.
type World struct {
	Edition    string            `json:"edition"`
	APIBase    string            `json:"api_base"`
	RunnerURL  string            `json:"runner_url"`
	PiCommand  string            `json:"pi_command"`
	PiAgentDir string            `json:"pi_agent_dir"`
	Temp       string            `json:"temp"`
	Policy     map[string]string `json:"policy"`
}

// Prepared is the answer to a world.
type Prepared struct {
	RunnerURL string `json:"runner_url,omitempty"`
}

// Turn is one agent turn.
type Turn struct {
	ID           string          `json:"id"`
	Credential   string          `json:"credential"`
	Harness      string          `json:"harness"`
	Sandbox      string          `json:"sandbox"`
	LLM          json.RawMessage `json:"llm,omitempty"`
	SystemPrompt string          `json:"system_prompt,omitempty"`
	Skills       []Skill         `json:"skills,omitempty"`
	Messages     []Message       `json:"messages"`
	Stream       bool            `json:"stream"`
	Form         string          `json:"form,omitempty"`
}

// Skill is one skill of an agent.
type Skill struct {
	Name    string `json:"name"`
	Content string `json:"content"`
}

// Message is one message of a conversation.
type Message struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

// Outcome is what the caller of a turn was told.
type Outcome struct {
	OK     bool            `json:"ok"`
	Status int             `json:"status"`
	Reply  string          `json:"reply"`
	Model  string          `json:"model"`
	Error  *Failure        `json:"error,omitempty"`
	Deltas []string        `json:"deltas,omitempty"`
	Raw    string          `json:"raw"`
	Broken bool            `json:"broken,omitempty"`
	Events json.RawMessage `json:"events,omitempty"`
}

// Failure is a typed error as its caller saw it.
type Failure struct {
	Class     string   `json:"class"`
	Stage     string   `json:"stage"`
	Message   string   `json:"message"`
	Requested string   `json:"requested,omitempty"`
	Allowed   []string `json:"allowed,omitempty"`
}

// Cancel names the turn whose caller went away.
type Cancel struct {
	ID string `json:"id"`
}
