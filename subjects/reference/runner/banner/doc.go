// Package banner takes the start-up banner of Pi's adapter off the head of a
// reply, in one piece or while it streams. It knows the banner's grammar and
// nothing of the runs it is used in.
//
// The grammar: a version line, a rule, sections of items, and last a rule with
// the notice of a new version; a quiet start gives the notice alone. What does
// not begin like that is an answer and is never touched.
package banner
