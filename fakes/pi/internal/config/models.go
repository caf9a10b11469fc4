package config

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/agenta-ai/conform/fakes/pi/catalog"
	"github.com/agenta-ai/conform/fakes/pi/internal/jsval"
	"github.com/agenta-ai/conform/fakes/pi/internal/persona"
)

const byteOrderMark = "\uFEFF"

// Defaults of a custom model.
const (
	defaultContextWindow = 128000
	defaultMaxTokens     = 16384
)

// custom is the content of models.json.
type custom struct {
	providers jsval.Value
	models    []catalog.Model // of all custom providers, where the file stands or falls as a whole
	problem   error

	composed map[string][]catalog.Model // by provider, where each stands for itself
	order    []string                   // providers of composed that are not built in
}

// holds reports whether what the file says of a provider counts.
func (c *custom) holds(provider string) bool {
	_, ok := c.composed[provider]
	return c.composed == nil || ok
}

// loadModels reads models.json. Any error, be it of one provider only, drops
// the whole file; it is in Pi's words. A missing file is empty.
func loadModels(path string, p persona.Personality, c catalog.Catalog) (custom, error) {
	text, err := os.ReadFile(path)
	if absent(err) {
		return custom{}, nil
	}
	if err != nil {
		return custom{}, fmt.Errorf("Failed to load models.json: %w\n\nFile: %s", err, path)
	}
	out, err := parseModels(string(text), p, c)
	if err != nil {
		return custom{}, fmt.Errorf("%w\n\nFile: %s", err, path)
	}
	return out, nil
}

func parseModels(text string, p persona.Personality, c catalog.Catalog) (custom, error) {
	if p.BOM {
		text = strings.TrimPrefix(text, byteOrderMark)
	}
	v, err := jsval.Parse(jsval.StripComments(text))
	if err != nil {
		return custom{}, fmt.Errorf("Failed to parse models.json: %w", err)
	}
	shape := schema{persona: p}
	if shape.document(v); len(shape.problems) > 0 {
		return custom{}, errors.New("Invalid models.json schema:\n" + strings.Join(shape.problems, "\n"))
	}
	out := custom{providers: v.Get("providers")}
	if p.Runtime {
		out.compose(c, p.Samples)
		return out, nil
	}
	for _, m := range out.providers.Members() {
		_, builtin := c.Provider(m.Name)
		if err := checkProvider(m.Name, m.Value, p, builtin); err != nil {
			return custom{}, fmt.Errorf("Failed to load models.json: %w", err)
		}
	}
	for _, m := range out.providers.Members() {
		out.models = append(out.models, customModels(m.Name, m.Value, c)...)
	}
	return out, nil
}

// checkProvider applies the rules that go beyond the shape.
func checkProvider(slug string, v jsval.Value, p persona.Personality, builtin bool) error {
	models := v.Get("models").Items()
	switch {
	case len(models) == 0:
		something := v.Has("baseUrl") || v.Has("headers") || v.Has("compat") || len(v.Get("modelOverrides").Members()) > 0
		if !something {
			return fmt.Errorf(`Provider %s: must specify "baseUrl", "headers", "compat", "modelOverrides", or "models".`, slug)
		}
		return nil
	case builtin: // inherits what it does not say
	case !v.Has("baseUrl"):
		return fmt.Errorf(`Provider %s: "baseUrl" is required when defining custom models.`, slug)
	case p.ModelsKeyRequired && !v.Has("apiKey"):
		return fmt.Errorf(`Provider %s: "apiKey" is required when defining custom models.`, slug)
	}
	for _, m := range models {
		id := m.Get("id").String()
		if !builtin && !v.Has("api") && !m.Has("api") {
			return fmt.Errorf(`Provider %s, model %s: no "api" specified. Set at provider or model level.`, slug, id)
		}
		for _, field := range []string{"contextWindow", "maxTokens"} {
			if n, ok := m.Get(field).Float(); ok && n <= 0 {
				return fmt.Errorf("Provider %s, model %s: invalid %s", slug, id, field)
			}
		}
	}
	return nil
}

// customModels builds the models of one provider. What neither the model nor
// the provider says is inherited from the first built-in model.
func customModels(slug string, v jsval.Value, c catalog.Catalog) []catalog.Model {
	var parent catalog.Model
	if p, ok := c.Provider(slug); ok {
		parent = p.Models()[0]
	}
	var models []catalog.Model
	for _, def := range v.Get("models").Items() {
		m := catalog.Model{
			ID:            def.Get("id").String(),
			Name:          first(def.Get("name").String(), def.Get("id").String()),
			API:           first(def.Get("api").String(), v.Get("api").String(), parent.API),
			Provider:      slug,
			BaseURL:       first(def.Get("baseUrl").String(), v.Get("baseUrl").String(), parent.BaseURL),
			Input:         []string{"text"},
			ContextWindow: defaultContextWindow,
			MaxTokens:     defaultMaxTokens,
			Compat:        merged(nil, v.Get("compat")),
		}
		if m.API == "" || m.BaseURL == "" {
			continue // Azure has no address of its own; Pi drops such a model in silence
		}
		patch(&m, def)
		models = append(models, m)
	}
	return models
}

// patch applies the fields that a custom model and an override share.
func patch(m *catalog.Model, v jsval.Value) {
	if name := v.Get("name").String(); name != "" {
		m.Name = name
	}
	if yes, ok := v.Get("reasoning").Bool(); ok {
		m.Reasoning = yes
	}
	if levels := v.Get("thinkingLevelMap"); levels.Kind() == jsval.Object {
		all := map[string]*string{}
		for level, word := range m.ThinkingLevelMap {
			all[level] = word
		}
		for _, level := range levels.Members() {
			all[level.Name] = nil
			if word := level.Value.String(); level.Value.Kind() == jsval.String {
				all[level.Name] = &word
			}
		}
		m.ThinkingLevelMap = all
	}
	if input := v.Get("input"); input.Kind() == jsval.Array {
		m.Input = []string{}
		for _, item := range input.Items() {
			m.Input = append(m.Input, item.String())
		}
	}
	set := func(field *float64, v jsval.Value) {
		if n, ok := v.Float(); ok {
			*field = n
		}
	}
	cost := v.Get("cost")
	set(&m.Cost.Input, cost.Get("input"))
	set(&m.Cost.Output, cost.Get("output"))
	set(&m.Cost.CacheRead, cost.Get("cacheRead"))
	set(&m.Cost.CacheWrite, cost.Get("cacheWrite"))
	set(&m.ContextWindow, v.Get("contextWindow"))
	set(&m.MaxTokens, v.Get("maxTokens"))
	m.Compat = merged(m.Compat, v.Get("compat"))
}

// merged lays the fields of an object over a base. Nobody uses the two routing
// members, which Pi merges one level deeper, on both levels at once; they are
// merged here too, so that nobody has to know.
func merged(base []byte, over jsval.Value) []byte {
	if over.Kind() != jsval.Object {
		return base
	}
	if len(base) == 0 {
		return over.Append(nil)
	}
	out, err := jsval.Parse(string(base))
	if err != nil {
		return over.Append(nil)
	}
	for _, m := range over.Members() {
		switch m.Name {
		case "openRouterRouting", "vercelGatewayRouting":
			inner := out.Get(m.Name)
			for _, deep := range m.Value.Members() {
				inner = inner.With(deep.Name, deep.Value)
			}
			m.Value = inner
		}
		out = out.With(m.Name, m.Value)
	}
	return out.Append(nil)
}

// first returns the first text that is not empty.
func first(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}
