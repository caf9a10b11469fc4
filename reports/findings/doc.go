// Package findings turns runs into a document for the people who own the code
// under test: one finding a cause, with what was expected and why, what was
// seen, the smallest way to see it again, and how bad it is.
//
// It judges nothing. What the contract leaves open, or a later edition takes
// back, stands apart under questions; questions.yaml says which those are.
package findings
