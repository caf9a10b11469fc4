// Package session keeps a conversation in the JSON Lines file in which Pi keeps
// it: a header, then entries that each name their parent.
//
// What is said in a conversation, and to whom, lives elsewhere.
package session
