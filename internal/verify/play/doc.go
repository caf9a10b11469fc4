// Package play gives one input to one Pi, real or fake, in a home folder of its
// own, and returns what could be seen of it from outside. It does not know which
// of the two it plays with.
package play
