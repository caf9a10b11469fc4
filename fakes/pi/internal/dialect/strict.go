package dialect

import (
	"encoding/json"

	"github.com/agenta-ai/conform/fakes/pi/internal/jsval"
)

// strict is the tool as providers want it that hold a model to its schema: what
// was optional is required and may be null, and nothing else is allowed.
func (t Tool) strict() Tool {
	v, err := jsval.Parse(string(t.Parameters))
	if err != nil {
		return t
	}
	t.Parameters = json.RawMessage(strictSchema(v).Append(nil))
	return t
}

func strictSchema(v jsval.Value) jsval.Value {
	if items := v.Get("items"); items.Kind() == jsval.Object {
		v = v.With("items", strictSchema(items))
	}
	properties := v.Get("properties")
	if properties.Kind() != jsval.Object {
		return v
	}
	required := map[string]bool{}
	for _, name := range v.Get("required").Items() {
		required[name.String()] = true
	}
	all := []jsval.Value{}
	for _, m := range properties.Members() {
		all = append(all, jsval.Of(m.Name))
		schema := strictSchema(m.Value)
		if !required[m.Name] {
			null := jsval.Value{}.With("type", jsval.Of("null"))
			schema = jsval.Value{}.With("anyOf", jsval.Of([]jsval.Value{schema, null}))
		}
		properties = properties.With(m.Name, schema)
	}
	return v.With("required", jsval.Of(all)).With("properties", properties).With("additionalProperties", jsval.Of(false))
}
