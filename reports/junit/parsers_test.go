package junit

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
)

// node is an element, as a parser without any schema sees it.
type node struct {
	name     string
	attr     map[string]string
	text     string
	children []*node
}

func (n *node) all(name string) []*node {
	var found []*node
	for _, c := range n.children {
		if c.name == name {
			found = append(found, c)
		}
	}
	return found
}

func (n *node) first(name string) *node {
	if found := n.all(name); len(found) > 0 {
		return found[0]
	}
	return nil
}

// parse is strict: what it takes is well-formed.
func parse(text []byte) (*node, error) {
	dec := xml.NewDecoder(bytes.NewReader(text))
	stack := []*node{{}}
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		top := stack[len(stack)-1]
		switch t := token.(type) {
		case xml.StartElement:
			n := &node{name: t.Name.Local, attr: map[string]string{}}
			for _, a := range t.Attr {
				n.attr[a.Name.Local] = a.Value
			}
			top.children = append(top.children, n)
			stack = append(stack, n)
		case xml.CharData:
			top.text += string(t)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		}
	}
	if len(stack[0].children) != 1 {
		return nil, errors.New("not one root element")
	}
	return stack[0].children[0], nil
}

// shown is what a CI system makes of a case.
type shown struct {
	group, name, status, text string
}

// gitLab reads suites at any depth, the status by element, the text from the
// content, and of equal names within a class only the first.
func gitLab(t *testing.T, root *node) []shown {
	if root.name != "testsuites" {
		t.Fatalf("GitLab: root %s", root.name)
	}
	var out []shown
	seen := map[string]bool{}
	var walk func(*node)
	walk = func(suite *node) {
		for _, s := range suite.all("testsuite") {
			walk(s)
		}
		for _, c := range suite.all("testcase") {
			key := c.attr["classname"] + " " + c.attr["name"]
			if seen[key] {
				continue
			}
			seen[key] = true
			one := shown{group: c.attr["classname"], name: c.attr["name"], status: "success"}
			for _, status := range []string{"failure", "error", "skipped"} {
				if e := c.first(status); e != nil {
					one.status, one.text = status, strings.TrimSpace(e.text)
					break
				}
			}
			out = append(out, one)
		}
	}
	walk(root)
	return out
}

// jenkins drops suites without cases, takes the error before the failure, and
// the skipped message from its attribute.
func jenkins(t *testing.T, root *node) []shown {
	var out []shown
	for _, s := range root.all("testsuite") {
		for _, c := range s.all("testcase") {
			one := shown{group: c.attr["classname"], name: c.attr["name"], status: "success"}
			if one.group == "" {
				one.group = s.attr["name"]
			}
			if e := c.first("skipped"); e != nil {
				one.status, one.text = "skipped", e.attr["message"]
			}
			for _, status := range []string{"error", "failure"} {
				if e := c.first(status); e != nil {
					one.status, one.text = status, e.text
					if e.attr["message"] == "" {
						t.Errorf("Jenkins: %s of %s has no message", status, one.name)
					}
					break
				}
			}
			out = append(out, one)
		}
	}
	return out
}

// mikepenz reads the first failure, and removes duplicates by name alone.
func mikepenz(_ *testing.T, root *node) []shown {
	var out []shown
	seen := map[string]bool{}
	for _, s := range root.all("testsuite") {
		for _, c := range s.all("testcase") {
			if seen[c.attr["name"]] {
				continue
			}
			seen[c.attr["name"]] = true
			one := shown{group: c.attr["classname"], name: c.attr["name"], status: "success"}
			if s := c.attr["status"]; s == "disabled" || s == "ignored" || c.first("skipped") != nil {
				one.status = "skipped"
			}
			for _, status := range []string{"failure", "error"} {
				if e := c.first(status); e != nil {
					one.status, one.text = status, e.attr["message"]+e.text
					break
				}
			}
			out = append(out, one)
		}
	}
	return out
}

// dorny throws on nameless suites and cases, reads one level of suites only, and
// takes failure and error for the same.
func dorny(t *testing.T, root *node) []shown {
	var out []shown
	for _, s := range root.all("testsuite") {
		if s.attr["name"] == "" {
			t.Fatal("dorny: a suite without a name")
		}
		for _, c := range s.all("testcase") {
			if c.attr["name"] == "" {
				t.Fatal("dorny: a case without a name")
			}
			one := shown{group: c.attr["classname"], name: c.attr["name"], status: "success"}
			if e := c.first("failure"); e != nil {
				one.status, one.text = "failure", e.text
			} else if e := c.first("error"); e != nil {
				one.status, one.text = "failure", e.text
			} else if c.first("skipped") != nil {
				one.status = "skipped"
			}
			out = append(out, one)
		}
	}
	return out
}
