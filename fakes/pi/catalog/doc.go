// Package catalog knows the models that are built into each played version of
// Pi: the facts that the program itself lists, one embedded file a version.
//
// A catalogue is text that is scanned when it is asked for. Nothing is parsed
// at start, and only the providers that a process really uses are expanded.
//
// What a user's files add to a catalogue does not live here. New files come
// from a command (internal/pidist/addversion), never from an editor.
package catalog
