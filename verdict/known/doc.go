// Package known reads the file of known failures of a subject and holds results
// against it. Whatever is not as the file says is red: a failure that is not in
// it, one that is and fails in another way, one that does not fail any more, an
// entry that has expired, and an entry that speaks of nothing.
package known
