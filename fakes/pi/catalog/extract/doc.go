// Package extract makes a catalogue out of an installed Pi: it asks the program
// for its models and for what makes each provider available, and writes what
// it hears in the format of package catalog.
//
// Only facts are taken over. The command gen is its face; nothing that plays a
// Pi needs it.
package extract
