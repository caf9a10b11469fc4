package verdict

import (
	"strings"
	"testing"
)

func TestGist(t *testing.T) {
	for name, c := range map[string]struct{ mismatch, want string }{
		"equal": {
			"deployment of the run request\nExpected\n    <string>:\nto equal\n    <string>: direct",
			`deployment of the run request: "", want "direct"`},
		"true": {
			"auth.json in Pi's folder\nExpected\n    <bool>: false\nto be true",
			"auth.json in Pi's folder: false, want true"},
		"nil": {
			"the run request\nExpected\n    <*runner.Call | 0x0>: nil\nnot to be nil",
			"the run request: none, want one"},
		"nil of a spelled out type": {
			"endpoint\nExpected\n    <*struct { BaseURL string \"json:\\\"baseUrl\\\"\" } | 0x0>: nil\nnot to be nil",
			"endpoint: none, want one"},
		"any other verb": {
			"class of the error\nExpected\n    <string>: UnsupportedDeploymentError\nnot to have prefix\n    <string>: Unsupported",
			`class of the error: "UnsupportedDeploymentError", want it not to have prefix "Unsupported"`},
		"map in any order": {
			"secrets\nExpected\n    <map[string]string | len:2>: {\n        \"B\": \"2\",\n        \"A\": \"1\",\n    }\nto have key\n    <string>: C",
			`secrets: {"A": "1", "B": "2"}, want the key "C"`},
		"nested map": {
			"entries\nExpected\n    <map[string]interface {} | len:2>: {\n        \"b\": <map[string]interface {} | len:1>{\n            \"x\": <float64>4,\n        },\n        \"a\": <string>\"1\",\n    }\nto be empty",
			`entries: {"a": "1", "b": {"x": 4}}, want none`},
		"list": {
			"hosts\nExpected\n    <[]string | len:2, cap:2>: [\n        \"POST a\",\n        \"CONNECT a\",\n    ]\nto be empty",
			`hosts: ["POST a", "CONNECT a"], want none`},
		"text with lines": {
			"the reply\nExpected\n    <string>: a\n\n    b\nto equal\n    <string>: b",
			`the reply: "a b", want "b"`},
		"more than a wish": {
			"models\nExpected\n    <[]string | len:1, cap:1>: [\"a\"]\nto consist of\n    <[]string | len:1, cap:1>: [\"b\"]\nthe missing elements were\n    <[]string | len:1, cap:1>: [\"b\"]\nthe extra elements were\n    <[]string | len:1, cap:1>: [\"a\"]",
			`models: ["a"], want it to consist of ["b"]; the missing elements were ["b"]; the extra elements were ["a"]`},
		"complaint": {
			"the run request\nExpected\n    <string>: no run request was seen\nto be empty",
			"the run request: no run request was seen"},
		"no description": {"Expected\n    <int>: 1\nto equal\n    <int>: 2", "1, want 2"},
		"another form":   {"something\n  odd", "something odd"},
		"cut":            {"x\nExpected\n    <int>: 1", "x Expected <int>: 1"},
		"empty":          {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Gist(c.mismatch); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func FuzzGist(f *testing.F) {
	f.Add("a\nExpected\n    <map[string]string | len:1>: {\n        \"B\": \"2\",\n    }\nto equal\n    <string>: b")
	f.Add("Expected")
	f.Add("Expected\n    \n    <")
	f.Fuzz(func(t *testing.T, mismatch string) {
		if got := Gist(mismatch); strings.ContainsAny(got, "\n\r") {
			t.Errorf("%q is no single line", got)
		}
	})
}
