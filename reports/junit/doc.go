// Package junit writes a run as JUnit XML, in the dialect that GitLab, Jenkins
// and the JUnit actions of GitHub all read without loss: flat suites, unique
// names, exactly one outcome element a case, texts in the content and not only
// in attributes, and counters that are counted from the elements themselves.
//
// It decides nothing: which status a cell has was settled before.
package junit
