package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/agenta-ai/conform/fakes/pi/catalog"
	"github.com/agenta-ai/conform/fakes/pi/internal/jsval"
)

// Versions with a model runtime compose each provider by itself: an error of
// one leaves the others alone, and that one as it is built in.

// compose lays what models.json says over the built-in providers.
func (c *custom) compose(builtin catalog.Catalog, samples bool) {
	c.composed = map[string][]catalog.Model{}
	var problems []string
	for _, m := range c.providers.Members() {
		p, known := builtin.Provider(m.Name)
		models, err := composed(m.Name, m.Value, p.Models(), samples)
		if err != nil {
			problems = append(problems, fmt.Sprintf("Provider %q: %v", m.Name, err))
			continue
		}
		c.composed[m.Name] = models
		if !known {
			c.order = append(c.order, m.Name)
		}
	}
	if problems != nil {
		c.problem = errors.New(strings.Join(problems, "\n\n"))
	}
}

func composed(slug string, v jsval.Value, base []catalog.Model, samples bool) ([]catalog.Model, error) {
	something := v.Has("baseUrl") || v.Has("headers") || v.Has("compat") || len(v.Get("modelOverrides").Members()) > 0 ||
		len(v.Get("models").Items()) > 0 || v.Has("apiKey") || v.Has("oauth") || v.Has("authHeader")
	switch {
	case v.Has("oauth") && !v.Has("baseUrl"):
		return nil, fmt.Errorf(`Provider %s: "baseUrl" is required when "oauth" is set.`, slug)
	case !something:
		return nil, fmt.Errorf(`Provider %s: must specify "baseUrl", "headers", "compat", "modelOverrides", or "models".`, slug)
	}
	models := slices.Clone(base)
	for i := range models {
		models[i].BaseURL = first(v.Get("baseUrl").String(), models[i].BaseURL)
		models[i].Compat = merged(models[i].Compat, v.Get("compat"))
	}
	for _, def := range v.Get("models").Items() {
		m, err := fromJSON(slug, def, v, models)
		if err != nil {
			return nil, err
		}
		if samples {
			m.SamplingParams = merged(nil, def.Get("samplingParams"))
		}
		if i := slices.IndexFunc(models, func(o catalog.Model) bool { return o.ID == m.ID }); i >= 0 {
			models[i] = m
		} else {
			models = append(models, m)
		}
	}
	for i := range models {
		over := v.Get("modelOverrides").Get(models[i].ID)
		patch(&models[i], over)
		if samples {
			models[i].SamplingParams = merged(models[i].SamplingParams, over.Get("samplingParams"))
		}
	}
	return models, nil
}

// fromJSON builds a custom model. What neither it nor its provider says is
// inherited from a sibling.
func fromJSON(slug string, def, provider jsval.Value, siblings []catalog.Model) (catalog.Model, error) {
	id := def.Get("id").String()
	api := first(def.Get("api").String(), provider.Get("api").String())
	parent := sibling(siblings, id, api)
	m := catalog.Model{
		ID: id, Name: first(def.Get("name").String(), id), Provider: slug,
		API:           first(api, parent.API),
		BaseURL:       first(def.Get("baseUrl").String(), provider.Get("baseUrl").String(), parent.BaseURL),
		Input:         []string{"text"},
		ContextWindow: defaultContextWindow,
		MaxTokens:     defaultMaxTokens,
		Compat:        merged(nil, provider.Get("compat")),
	}
	switch {
	case m.API == "":
		return m, fmt.Errorf(`Provider %s, model %s: no "api" specified. Set at provider or model level.`, slug, id)
	case m.BaseURL == "":
		return m, fmt.Errorf(`Provider %s: "baseUrl" is required when defining custom models.`, slug)
	}
	for _, field := range []string{"contextWindow", "maxTokens"} {
		if n, ok := def.Get(field).Float(); ok && n <= 0 {
			return m, fmt.Errorf("Provider %s, model %s: invalid %s", slug, id, field)
		}
	}
	patch(&m, def)
	return m, nil
}

// sibling picks the model to inherit from: the one of the same id, else one
// that speaks the API, else one that speaks the most common one, else the first.
func sibling(models []catalog.Model, id, api string) catalog.Model {
	for _, fits := range []func(catalog.Model) bool{
		func(m catalog.Model) bool { return m.ID == id },
		func(m catalog.Model) bool { return api != "" && m.API == api },
		func(m catalog.Model) bool { return m.API == "openai-completions" },
		func(catalog.Model) bool { return true },
	} {
		if i := slices.IndexFunc(models, fits); i >= 0 {
			return models[i]
		}
	}
	return catalog.Model{}
}
