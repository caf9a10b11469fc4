package providers

// Script is how the providers behave, for one case or one tenant.
type Script struct {
	// Keys are the credentials each host accepts. Hosts are named as in
	// Call.Host; one that is missing accepts none.
	Keys map[string][]string `yaml:"keys"`
	// AnyKey accepts whatever key there is, at every host that Keys does not name.
	AnyKey bool `yaml:"any-key"`
	// ManagementKeys may read what OpenRouter shows to management keys alone. They
	// need not be among Keys. Without any, and with AnyKey, every key may.
	ManagementKeys []string `yaml:"management-keys"`
	// Gateways are hosts beside the public ones, with a port unless it is the
	// scheme's own. They speak openai-completions and anthropic-messages.
	Gateways []string `yaml:"gateways"`
	// Models are the ids that are served, as patterns; none serves all but Unserved.
	Models []Pattern `yaml:"models"`
	// Unserved are model ids that no provider serves.
	Unserved []string `yaml:"unserved"`
	// RefuseUnknownFields answers requests with members that the dialect does not
	// have as the real provider does, where it refuses them. They are remarked
	// upon in the journal either way.
	RefuseUnknownFields bool `yaml:"refuse-unknown-fields"`
	// Reply is what every model says. Empty is a model that says nothing.
	Reply string `yaml:"reply"`
	// Echo makes models repeat what the user said last, instead of Reply.
	Echo bool `yaml:"echo"`
	// Behaviour is what comes of requests that would be served.
	Behaviour Behaviour `yaml:"behaviour"`
	// Pace is how fast answers come.
	Pace Pace `yaml:"pace"`
	// Rules say otherwise for some requests. The first that fits decides.
	Rules []Rule `yaml:"rules"`
	// Limits refuse requests beyond so many in a window of time.
	Limits []Limit `yaml:"limits"`
	// Chaos makes some of the requests that would be served fail.
	Chaos Chaos `yaml:"chaos"`
	// OnRequest is called when a request has arrived, before it is answered,
	// refused ones included. The answer waits for it.
	OnRequest func(Call) `json:"-"`
}

// Echoing is the script of a server that nobody has told anything: it takes any
// key and repeats what the user said.
func Echoing() Script { return Script{AnyKey: true, Echo: true} }
