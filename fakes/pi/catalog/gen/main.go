// Command gen writes the catalogue of one version of Pi.
//
// It reads two JSON files. -from is the array of models that get_available_models
// of a real Pi lists when its auth.json has an entry for every provider id. -providers
// is a table of what that list does not say: the variables that make a
// provider available, its default model, and the order in which Pi looks for a
// model to start with ({"defaultOrder":[…],"providers":{"id":{"env":[…],"defaultModel":…}}}).
//
//	go run ./fakes/pi/catalog/gen -version 0.79.4 -from models.json -providers providers.json \
//		>fakes/pi/catalog/data/0.79.4.tsv
package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/agenta-ai/conform/fakes/pi/catalog"
)

// table is the part of a version that Pi does not list over RPC.
type table struct {
	DefaultOrder []string            `json:"defaultOrder"`
	Providers    map[string]provider `json:"providers"`
}

type provider struct {
	Env          []string `json:"env"`
	EnvRead      []string `json:"envRead"` // known from documentation, where Env is empty
	DefaultModel string   `json:"defaultModel"`
}

func main() {
	log.SetFlags(0)
	version := flag.String("version", "", "version of Pi")
	from := flag.String("from", "", "JSON array of models, as get_available_models lists them")
	providers := flag.String("providers", "", "JSON table of providers")
	flag.Parse()
	var models []catalog.Model
	var t table
	read(*from, &models)
	read(*providers, &t)
	w := bufio.NewWriter(os.Stdout)
	write(w, *version, models, t)
	if err := w.Flush(); err != nil {
		log.Fatal(err)
	}
}

func read(path string, into any) {
	text, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		log.Fatalf("gen: %s: %v", path, err)
	}
}

func write(w *bufio.Writer, version string, models []catalog.Model, t table) {
	fmt.Fprintf(w, "# Built-in models of Pi %s, written by the command gen.\n", version)
	fmt.Fprintf(w, "!\t%s\n", strings.Join(t.DefaultOrder, "\t"))
	for rest := models; len(rest) > 0; {
		id := rest[0].Provider
		n := slices.IndexFunc(rest, func(m catalog.Model) bool { return m.Provider != id })
		if n < 0 {
			n = len(rest)
		}
		writeProvider(w, t.Providers[id], rest[:n])
		rest = rest[n:]
	}
}

func writeProvider(w *bufio.Writer, p provider, models []catalog.Model) {
	api := most(models, func(m catalog.Model) string { return m.API })
	baseURL := most(models, func(m catalog.Model) string { return m.BaseURL })
	env := p.Env
	if len(env) == 0 {
		env = p.EnvRead
	}
	fmt.Fprintf(w, "@\t%s\t%s\t%s\t%s\t%s\n", models[0].Provider, p.DefaultModel, strings.Join(env, " "), api, baseURL)
	for _, m := range models {
		name, flags := m.Name, ""
		if name == m.ID {
			name = ""
		}
		if m.Reasoning {
			flags += "r"
		}
		if slices.Contains(m.Input, "image") {
			flags += "i"
		}
		cost := strings.Join([]string{number(m.Cost.Input), number(m.Cost.Output), number(m.Cost.CacheRead), number(m.Cost.CacheWrite)}, " ")
		fmt.Fprint(w, strings.Join([]string{m.ID, name, flags, number(m.ContextWindow), number(m.MaxTokens), cost}, "\t"))
		if m.API != api {
			fmt.Fprint(w, "\tapi=", m.API)
		}
		if m.BaseURL != baseURL {
			fmt.Fprint(w, "\turl=", m.BaseURL)
		}
		if m.ThinkingLevelMap != nil {
			fmt.Fprint(w, "\tthink=", encode(m.ThinkingLevelMap))
		}
		if m.Headers != nil {
			fmt.Fprint(w, "\theaders=", encode(m.Headers))
		}
		if m.Compat != nil {
			fmt.Fprint(w, "\tcompat=", encode(m.Compat))
		}
		fmt.Fprintln(w)
	}
}

// most returns the value that most models have; of equals the smallest.
func most(models []catalog.Model, of func(catalog.Model) string) string {
	counts := map[string]int{}
	for _, m := range models {
		counts[of(m)]++
	}
	return slices.MaxFunc(slices.Sorted(maps.Keys(counts)), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[a], counts[b]), strings.Compare(b, a))
	})
}

func number(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

func encode(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		log.Fatalf("gen: %v", err)
	}
	return string(text)
}
