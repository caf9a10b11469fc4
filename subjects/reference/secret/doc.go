// Package secret holds values that must not be printed, and takes them out of
// text that others wrote. Whoever needs the plain text calls Reveal, so every
// such place can be found.
package secret
