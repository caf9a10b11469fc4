package evidence_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/fakes/pi/flight"
	"github.com/agenta-ai/conform/fakes/providers"
	"github.com/agenta-ai/conform/fakes/runner"
	"github.com/agenta-ai/conform/subjects/protocol"
)

const mark = "sk-cnry-"

var (
	mainKey  = mark + "bcdfghjklmnpqrstvwxzbcdf"
	otherKey = mark + "bcdfghzzzmnpqrstvwxzbcdf"
	known    = []evidence.Known{{Label: "chosen:main", Value: mainKey}, {Label: "other:spare", Value: otherKey}}
)

func TestSealNamesThePlaceAndTheForm(t *testing.T) {
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte("user:"+mainKey))
	ev := evidence.Evidence{
		Wire:      []runner.Call{{Body: `{"secrets":{"K":"` + mainKey + `"}}`, Reply: "again " + mainKey + " and " + mainKey}},
		Providers: []providers.Call{{Header: map[string]string{"authorization": basic, "accept": "*/*"}}},
		Processes: []flight.Record{{
			Env:   []flight.Var{{Name: "OPENROUTER_API_KEY", Value: mainKey}},
			Files: []flight.File{{Path: "auth.json", Content: `{"key":"` + otherKey + `"}`}},
		}},
		Log:     []string{"a", "b", "c", "key " + mainKey[:20] + "… is wrong"},
		Outcome: &protocol.Outcome{Raw: mark + "qqqqqqqqqqqqqqqqqqqqqqqq", Reply: mark + "…", Model: mainKey[:10]},
		Vault:   nil,
	}
	sealed := evidence.Seal(ev, known, mark)
	want := []evidence.Sighting{
		{Label: "unknown", Place: "outcome.raw", Form: "part"},
		{Label: "chosen:main", Place: "wire[0].body"},
		{Label: "chosen:main", Place: "wire[0].reply"},
		{Label: "chosen:main", Place: "processes[0].env[OPENROUTER_API_KEY]"},
		{Label: "other:spare", Place: "processes[0].files[auth.json].content"},
		{Label: "chosen:main", Place: "providers[0].header[authorization]", Form: "base64"},
		{Label: "chosen:main", Place: "log[3]", Form: "part"},
	}
	if !reflect.DeepEqual(sealed.Sightings, want) {
		t.Errorf("sightings:\n got %v\nwant %v", sealed.Sightings, want)
	}
	if got := sealed.Wire[0].Body; got != `{"secrets":{"K":"«chosen:main»"}}` {
		t.Errorf("body: %s", got)
	}
	if got := sealed.Log[3]; got != "key «chosen:main»… is wrong" {
		t.Errorf("log: %s", got)
	}
	if sealed.Outcome.Reply != mark+"…" {
		t.Errorf("an honest redaction was touched: %s", sealed.Outcome.Reply)
	}
	if !strings.Contains(ev.Wire[0].Body, mainKey) {
		t.Error("the evidence that was given has changed")
	}
}

func TestSealLeavesSecretsAndEarlierSightingsAlone(t *testing.T) {
	ev := evidence.Evidence{
		Secrets:   []evidence.Secret{{Label: "chosen:main"}},
		Sightings: []evidence.Sighting{{Label: "chosen:main", Place: "elsewhere"}},
		Input:     evidence.Input{Login: `{"key":"` + mainKey + `"}`},
	}
	sealed := evidence.Seal(ev, known, mark)
	if len(sealed.Sightings) != 1 || len(sealed.Secrets) != 1 {
		t.Errorf("got %+v", sealed)
	}
	if strings.Contains(sealed.Input.Login, mark) {
		t.Errorf("input is not sealed: %s", sealed.Input.Login)
	}
}

func TestSealKeepsAllEntriesOfAMapWithSecretKeys(t *testing.T) {
	long := mainKey[:20]
	ev := evidence.Evidence{Input: evidence.Input{}, Envmap: &protocol.Envmap{Copies: []protocol.EnvCopy{{Vars: map[string]string{mainKey: "a", long: "b", "c": "c"}}}}}
	vars := evidence.Seal(ev, known, mark).Envmap.Copies[0].Vars
	if len(vars) != 3 {
		t.Errorf("got %v", vars)
	}
}

func TestSealWithoutASecretCopiesNothing(t *testing.T) {
	ev := evidence.Evidence{Log: []string{"x", "y"}, Outcome: &protocol.Outcome{Events: json.RawMessage(`[]`)}}
	sealed := evidence.Seal(ev, known, mark)
	if &ev.Log[0] != &sealed.Log[0] || ev.Outcome != sealed.Outcome {
		t.Error("clean evidence was copied")
	}
}

// Every string that evidence can hold is planted once in every spelling.
func TestSealReachesEveryStringField(t *testing.T) {
	spell := map[string]string{"plain": "<" + mainKey + ">", "part": mainKey[:len(mainKey)-7] + "*"}
	for ahead := range 3 {
		text := []byte(strings.Repeat("p", ahead) + mainKey + "tail")
		spell[fmt.Sprintf("std%d", ahead)] = base64.StdEncoding.EncodeToString(text)
		spell[fmt.Sprintf("url%d", ahead)] = base64.URLEncoding.EncodeToString(text)
	}
	for name, secret := range spell {
		t.Run(name, func(t *testing.T) {
			var ev evidence.Evidence
			planted := 0
			plant(reflect.ValueOf(&ev).Elem(), secret, &planted)
			noise := ev.Secrets
			ev.Secrets, ev.Sightings = nil, nil
			input := count(t, ev.Input, secret)
			sealed := evidence.Seal(ev, known, mark)
			if n := count(t, sealed, secret); n != 0 {
				t.Errorf("%d of them are still there", n)
			}
			if n := count(t, sealed, mainKey[:16]); n != 0 {
				t.Errorf("%d parts of it are still there", n)
			}
			want := count(t, ev, secret) - input
			if want < 100 || len(noise) == 0 {
				t.Fatalf("only %d planted: the test is blind", want)
			}
			if len(sealed.Sightings) != want {
				t.Errorf("%d sightings for %d planted", len(sealed.Sightings), want)
			}
			for _, s := range sealed.Sightings {
				if s.Label != "chosen:main" || s.Place == "" {
					t.Errorf("sighting %+v", s)
				}
			}
		})
	}
}

// plant sets every string below v, map keys included.
func plant(v reflect.Value, secret string, n *int) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(secret)
		*n++
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		plant(v.Elem(), secret, n)
	case reflect.Interface:
		v.Set(reflect.ValueOf(map[string]any{secret: []any{secret, 1, true, nil}}))
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range v.NumField() {
			plant(v.Field(i), secret, n)
		}
	case reflect.Slice:
		if v.Type() == reflect.TypeFor[json.RawMessage]() {
			v.SetBytes([]byte(`"` + secret + `"`))
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range 2 {
			plant(v.Index(i), secret, n)
		}
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		plant(key, secret, n)
		plant(value, secret, n)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	}
}

func count(t *testing.T, v any, text string) int {
	t.Helper()
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	return strings.Count(b.String(), text)
}

func FuzzSeal(f *testing.F) {
	f.Add("", "", uint8(0))
	f.Add("user:", "@host", uint8(1))
	f.Add(mark, mark, uint8(2))
	f.Add("c2stY25yeS0", "abc", uint8(3))
	f.Fuzz(func(t *testing.T, before, after string, form uint8) {
		text := mainKey
		switch form % 4 {
		case 1:
			text = base64.StdEncoding.EncodeToString([]byte(before + mainKey + after))
		case 2:
			text = base64.RawURLEncoding.EncodeToString([]byte(before + mainKey + after))
		case 3:
			text = mainKey[:len(mainKey)-int(form/4)%17]
		}
		if form%4 == 0 || form%4 == 3 {
			text = before + text + after
		}
		sealed := evidence.Seal(evidence.Evidence{Log: []string{text}}, known, mark)
		if strings.Contains(sealed.Log[0], mainKey[:16]) {
			t.Errorf("%q stayed in %q", mainKey, sealed.Log[0])
		}
		if plain, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(sealed.Log[0], "=")); err == nil && strings.Contains(string(plain), mainKey[:16]) {
			t.Errorf("%q stayed in base64 %q", mainKey, sealed.Log[0])
		}
		if !reflect.DeepEqual(evidence.Seal(sealed, known, mark), sealed) {
			t.Error("sealing twice differs from sealing once")
		}
	})
}

func BenchmarkSeal(b *testing.B) {
	ev := large()
	for b.Loop() {
		evidence.Seal(ev, known, mark)
	}
}

// large is evidence of some 60 KB, as a usual case leaves it.
func large() evidence.Evidence {
	var ev evidence.Evidence
	for i := range 200 {
		ev.Log = append(ev.Log, fmt.Sprintf("%d %s", i, strings.Repeat("nothing to see here ", 8)))
	}
	r := flight.Record{Files: []flight.File{{Path: "auth.json", Content: mainKey}, {Path: "models.json", Content: strings.Repeat("{}", 4000)}}}
	for i := range 30 {
		r.Env = append(r.Env, flight.Var{Name: fmt.Sprintf("NAME_%d", i)})
		r.Stdout = append(r.Stdout, flight.Line{Text: strings.Repeat(`{"type":"event"}`, 20)})
	}
	ev.Processes = []flight.Record{r}
	ev.Wire = []runner.Call{{Body: strings.Repeat("body ", 500) + mainKey, Header: map[string]string{"a": "b", "c": mainKey}}}
	for range 5 {
		ev.Secrets = append(ev.Secrets, evidence.Secret{Label: "chosen:main"})
	}
	return ev
}
