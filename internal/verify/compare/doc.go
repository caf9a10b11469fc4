// Package compare says where two observations of one input agree and where they do
// not, area by area. What differs from one start to the next, such as ids and
// times, is made equal first; so is the text of the system prompt, which is Pi's
// own and not for a fake to repeat.
package compare
