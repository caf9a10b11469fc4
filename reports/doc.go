// Package reports makes every other report out of a run. Each format is a
// package of its own below this one and is fed the same verdict.Run, so that
// all of them tell the same; this package only puts the files in place.
//
//	jsonl     the run itself, written while it goes on
//	junit     for CI systems
//	html      for people
//	terminal  for the person who is watching
//
// Nothing here judges, counts by a rule of its own, or writes to standard output.
package reports
