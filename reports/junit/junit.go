package junit

import (
	"encoding/xml"
	"fmt"
	"io"
	"time"

	"github.com/agenta-ai/conform/verdict"
)

// The elements of the dialect. Parsers read elements and never counters, but the
// counters are there for people, and agree.
type (
	document struct {
		XMLName xml.Name `xml:"testsuites"`
		Name    string   `xml:"name,attr"`
		tally
		Time   string  `xml:"time,attr"`
		Suites []suite `xml:"testsuite"`
	}
	suite struct {
		Name string `xml:"name,attr"`
		tally
		Time       string     `xml:"time,attr"`
		Timestamp  string     `xml:"timestamp,attr"`
		Hostname   string     `xml:"hostname,attr"`
		Properties []property `xml:"properties>property"`
		Cases      []testcase `xml:"testcase"`

		seconds float64
	}
	tally struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Errors   int `xml:"errors,attr"`
		Skipped  int `xml:"skipped,attr"`
	}
	property struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	}
	testcase struct {
		Name      string   `xml:"name,attr"`
		Classname string   `xml:"classname,attr"`
		Time      string   `xml:"time,attr"`
		File      string   `xml:"file,attr,omitempty"`
		Line      string   `xml:"line,attr,omitempty"`
		Failure   *outcome `xml:"failure"`
		Error     *outcome `xml:"error"`
		Skipped   *outcome `xml:"skipped"`
		Flaky     *outcome `xml:"flakyFailure"`
		SystemOut string   `xml:"system-out,omitempty"`
	}
	outcome struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr,omitempty"`
		Text    string `xml:",chardata"`
	}
)

// Write writes the run as one document. What broke the run itself, and planned
// cells without any result, stand in a suite of their own, so that a run which
// is not whole is never green.
func Write(w io.Writer, run verdict.Run) error {
	doc := document{Name: "conform"}
	at := map[string]int{}
	for i := range run.Results {
		r := &run.Results[i]
		name := suiteName(r.Axes)
		k, known := at[name]
		if !known {
			k = len(doc.Suites)
			at[name] = k
			doc.Suites = append(doc.Suites, newSuite(name, run.Header))
		}
		doc.Suites[k].add(caseOf(r), r.Millis/1000)
	}
	if broken := runSuite(run); len(broken.Cases) > 0 {
		doc.Suites = append(doc.Suites, broken)
	}
	var seconds float64
	for i := range doc.Suites {
		s := &doc.Suites[i]
		s.Time = clock(s.seconds)
		seconds += s.seconds
		doc.Tests += s.Tests
		doc.Failures += s.Failures
		doc.Errors += s.Errors
		doc.Skipped += s.Skipped
	}
	doc.Time = clock(seconds)
	return encode(w, doc)
}

func encode(w io.Writer, doc document) error {
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return fmt.Errorf("write junit: %w", err)
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", " ")
	if err := enc.Encode(doc); err != nil {
		return fmt.Errorf("write junit: %w", err)
	}
	if _, err := io.WriteString(w, "\n"); err != nil {
		return fmt.Errorf("write junit: %w", err)
	}
	return nil
}

func newSuite(name string, h verdict.Header) suite {
	return suite{
		Name:      clean(name),
		Timestamp: h.Start.UTC().Format(time.RFC3339),
		Hostname:  "localhost", // the schema wants one; a report names no machine
		Properties: []property{
			{"conform.version", clean(h.Version)}, {"conform.edition", clean(h.Edition)},
			{"conform.level", clean(h.Level)}, {"conform.seed", fmt.Sprint(h.Seed)},
			{"conform.subject", clean(h.Subject)}, {"conform.pi", clean(h.Pi)}, {"conform.plan", clean(h.Plan)},
		},
	}
}

// add counts what the case really contains, not what it was meant to.
func (s *suite) add(c testcase, seconds float64) {
	s.Tests++
	switch {
	case c.Failure != nil:
		s.Failures++
	case c.Error != nil:
		s.Errors++
	case c.Skipped != nil:
		s.Skipped++
	}
	s.seconds += seconds
	s.Cases = append(s.Cases, c)
}

func clock(seconds float64) string { return fmt.Sprintf("%.3f", seconds) }
