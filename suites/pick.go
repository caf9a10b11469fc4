package suites

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/subjects/protocol"
	. "github.com/onsi/gomega"
)

const onPi = "harness=pi_core|pi_agenta"

func pick() []Check {
	needs := []string{protocol.CapPicker}
	reached := []string{"observe=picker", "record=custom_provider", onPi, "provider=" + families + "|custom"}
	return []Check{
		{Clause: "PICK-1", Needs: needs, Shows: where("observe=picker", "record=custom_provider"), Judge: keepsModels},
		{Clause: "PICK-2", Needs: needs, Shows: where(reached...), Judge: func(g Gomega, in In) string {
			g.Expect(connectionOptions(in)).NotTo(BeEmpty(), "options of the project's connection")
			g.Expect(ids(connectionOptions(in))).To(ContainElements(recordModels(in)), "models of the project's connection among the options")
			return ""
		}},
		{Clause: "PICK-3", Needs: needs, Shows: where("observe=picker", "record=custom_provider", "harness=claude", "!provider=anthropic|custom|bedrock|vertex_ai"), Judge: offersNone},
		{Clause: "PICK-4", Needs: needs, Shows: where("observe=picker", "record=no-record", onPi), Judge: func(g Gomega, in In) string {
			offersNone(g, in)
			g.Expect(options(in)).NotTo(BeEmpty(), "built-in options")
			return ""
		}},
		{Clause: "PICK-5", Needs: needs, Shows: where("observe=picker"), Judge: func(g Gomega, in In) string {
			g.Expect(options(in)).NotTo(BeEmpty(), "options")
			if in.Want.Is("outcome", "document") && in.Case.Is("record", "custom_provider") && in.Case.Is("harness", "pi_core", "pi_agenta") && in.reached() {
				g.Expect(connectionOptions(in)).NotTo(BeEmpty(), "options of the project's connection, which carry its slug")
			}
			for _, o := range options(in) {
				g.Expect([]string{"built-in", "connection"}).To(ContainElement(o.Source), "where option %q says it comes from", o.Label)
			}
			return ""
		}},
		{Clause: "PICK-6", Needs: needs, Shows: where("observe=picker", "record=custom_provider"), Judge: sameReach},
		{Clause: "PICK-7", Speaks: unpicked, Needs: []string{protocol.CapPicker, protocol.CapRun}, Shows: where("observe=picker-turn"), Judge: runsPicked},
		{Clause: "PICK-8", Needs: needs, Shows: where("observe=picker"), Judge: onlyListed},
		{Clause: "PICK-9", Needs: needs, Shows: where(append([]string{"!provider=custom"}, reached...)...), Judge: distinguishable},
		{Clause: "PICK-10", Needs: []string{protocol.CapCatalog}, Shows: where("observe=catalog"), Judge: func(g Gomega, in In) string {
			for _, key := range []string{"pi_core", "pi_agenta"} {
				h, _ := harness(in, key)
				g.Expect(h.ModelChoices).NotTo(BeEmpty(), "static grouped choices of llm.model for %s", key)
			}
			return ""
		}},
		{Clause: "PICK-11", Needs: needs, Shows: where("observe=picker", "record=custom_provider"), Judge: keepsModels},
		{Clause: "PICK-12", Needs: needs, Shows: where("observe=picker", "record=custom_provider", onPi, "provider=azure|bedrock|vertex_ai|sagemaker"), Judge: offersNone},
		{Clause: "PICK-14", Needs: needs, Shows: where(reached...), Judge: func(g Gomega, in In) string {
			want := in.Kind["family"]
			if want == "" {
				want = "openai"
			}
			g.Expect(connectionOptions(in)).NotTo(BeEmpty(), "options of the project's connection")
			for _, o := range connectionOptions(in) {
				g.Expect(stored(o).Provider).To(Equal(want), "provider stored with option %q", o.Label)
			}
			return ""
		}},
		{Clause: "PICK-15", Needs: needs, Shows: where("observe=picker", "record=custom_provider", onPi, "provider=custom"), Judge: func(g Gomega, in In) string {
			g.Expect(connectionOptions(in)).NotTo(BeEmpty(), "options of a connection of kind custom")
			return ""
		}},
	}
}

func unshownPick() map[string]string { return nil }

// llm is what choosing an option stores.
type llm struct {
	Model      string `json:"model"`
	Provider   string `json:"provider"`
	Connection struct {
		Mode string `json:"mode"`
		Slug string `json:"slug"`
	} `json:"connection"`
}

func stored(o protocol.Option) llm {
	var v llm
	if json.Unmarshal(o.LLM, &v) != nil {
		return llm{}
	}
	return v
}

func options(in In) []protocol.Option {
	if in.Got.Picker == nil {
		return nil
	}
	var all []protocol.Option
	for _, g := range in.Got.Picker.Groups {
		all = append(all, g.Options...)
	}
	return all
}

// connectionOptions are the options that come from a connection of the project.
func connectionOptions(in In) []protocol.Option {
	return slices.DeleteFunc(options(in), func(o protocol.Option) bool { return o.Source != "connection" })
}

func ids(list []protocol.Option) []string {
	var out []string
	for _, o := range list {
		out = append(out, stored(o).Model)
	}
	return out
}

// recordModels are the models that the chosen record lists.
func recordModels(in In) []string {
	r, _ := in.record()
	var out []string
	for _, m := range r.Data.Models {
		out = append(out, m.Slug)
	}
	return out
}

// reached reports whether Pi can run the case's provider kind.
func (in In) reached() bool { return in.Kind["pi"] != "" }

// offersNone expects no option of a project connection.
func offersNone(g Gomega, in In) string {
	g.Expect(in.Got.Picker).NotTo(BeNil(), "the picker")
	g.Expect(ids(connectionOptions(in))).To(BeEmpty(), "options of a connection that cannot be reached")
	return ""
}

// keepsModels expects the record's models in the picker's vault entry.
func keepsModels(g Gomega, in In) string {
	g.Expect(in.Got.Picker).NotTo(BeNil(), "the picker")
	if in.Got.Picker == nil {
		return ""
	}
	for _, e := range in.Got.Picker.Entries {
		if e.Name == "main" {
			g.Expect(e.Models).To(Equal(recordModels(in)), "models of the vault entry")
			return ""
		}
	}
	g.Expect(in.Got.Picker.Entries).To(ContainElement(HaveField("Name", "main")), "vault entries of the picker")
	return ""
}

// sameReach expects the same connections in the model options and in the
// connection dropdown.
func sameReach(g Gomega, in In) string {
	g.Expect(in.Got.Picker).NotTo(BeNil(), "the picker")
	if in.Got.Picker == nil {
		return ""
	}
	var inGroups, inDropdown []string
	for _, o := range connectionOptions(in) {
		if !slices.Contains(inGroups, o.Slug) {
			inGroups = append(inGroups, o.Slug)
		}
	}
	for _, o := range in.Got.Picker.Connections {
		if r, ok := in.record(); ok && o.Slug == r.Slug {
			inDropdown = append(inDropdown, o.Slug)
		}
	}
	g.Expect(inGroups).To(ConsistOf(inDropdown), "connections in the model options beside those in the dropdown")
	return ""
}

// runsPicked expects that a picked model runs upstream, by its bare id and with
// the connection's key.
func runsPicked(g Gomega, in In) string {
	g.Expect(in.Got.Outcome).NotTo(BeNil(), "a turn with the picked model; the picker does not offer %s", in.id())
	if in.Got.Outcome == nil {
		return ""
	}
	succeeds(g, in)
	body, _, reason := in.runBody()
	g.Expect(reason).To(BeEmpty(), "the run request")
	g.Expect(body.Model).To(HaveValue(Equal(in.id())), "model of the run request")
	calls := in.modelCalls()
	g.Expect(calls).NotTo(BeEmpty(), "requests to providers")
	for _, c := range calls {
		g.Expect(c.Model).To(Equal(in.id()), "model of the request to %s", c.Host)
		g.Expect(c.Key).To(Equal(evidence.Mark(chosenLabel(in))), "key of the request to %s", c.Host)
	}
	return ""
}

func chosenLabel(in In) string {
	for _, s := range in.Got.Secrets {
		if s.Role == evidence.RoleChosen {
			return s.Label
		}
	}
	return ""
}

// distinguishable expects two options for an id that Pi and the record both list.
func distinguishable(g Gomega, in In) string {
	id := in.Kind["built-in"]
	var found []string
	for _, o := range connectionOptions(in) {
		if stored(o).Model == id {
			found = append(found, o.Source+" "+o.Slug+" "+o.Value)
		}
	}
	g.Expect(found).To(HaveLen(1), "options of the project's connection for %s", id)
	for _, o := range options(in) {
		if o.Source == "built-in" {
			g.Expect(found).NotTo(ContainElement(o.Source+" "+o.Slug+" "+o.Value), "identity of built-in option %q", o.Label)
		}
	}
	values := map[string]int{}
	for _, o := range options(in) {
		values[o.Value+" "+o.Slug]++
	}
	for _, v := range slices.Sorted(maps.Keys(values)) {
		g.Expect(values[v]).To(Equal(1), "options with the identity %q", v)
	}
	return ""
}
