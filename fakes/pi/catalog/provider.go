package catalog

import "strings"

// Provider is one built-in provider.
type Provider struct {
	ID           string
	DefaultModel string // what Pi starts with when it picks this provider
	// Env lists what in the environment alone makes the provider available:
	// alternatives, in the order in which Pi looks for a key, each a variable or
	// several joined by "+".
	Env []string
	// KeyNeeds is what a key needs beside it before it is a credential: nothing,
	// variables joined by "+", or NoKey. Only versions that resolve credentials
	// ask for it.
	KeyNeeds string
	Login    bool // Pi knows how to log in to it

	api, baseURL string
	models       string // one line each
}

// NoKey is what a provider needs that takes no key at all, but a login.
const NoKey = "-"

// The columns of a provider's line, after which come optional ones: the word
// "login", and what a key needs.
const (
	colProvider = iota
	colDefault
	colEnv
	colAPI
	colURL
	colsProvider
)

const login = "login"

func newProvider(head, models string) Provider {
	col := strings.Split(head, "\t")
	p := Provider{
		ID: col[colProvider], DefaultModel: col[colDefault], api: col[colAPI], baseURL: col[colURL],
		models: strings.TrimSuffix(models, "\n"),
	}
	if col[colEnv] != "" {
		p.Env = strings.Split(col[colEnv], " ")
	}
	for _, extra := range col[colsProvider:] {
		if extra == login {
			p.Login = true
		} else {
			p.KeyNeeds = extra
		}
	}
	return p
}

// Models expands all models of the provider in catalogue order.
func (p Provider) Models() []Model {
	if p.models == "" {
		return nil
	}
	models := make([]Model, 0, strings.Count(p.models, "\n")+1)
	for line := range strings.SplitSeq(p.models, "\n") {
		models = append(models, p.must(line))
	}
	return models
}

// Model expands one model by its id.
func (p Provider) Model(id string) (Model, bool) {
	for line := range strings.SplitSeq(p.models, "\n") {
		if strings.HasPrefix(line, id) && strings.HasPrefix(line[len(id):], "\t") {
			return p.must(line), true
		}
	}
	return Model{}, false
}

// must parses a line that is known to be good: those of the binary are read by
// a test, and those of a file when it is read.
func (p Provider) must(line string) Model {
	m, err := p.parse(line)
	if err != nil {
		panic("catalog: " + err.Error())
	}
	return m
}
