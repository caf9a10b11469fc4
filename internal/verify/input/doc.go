// Package input makes configurations: everything that a Pi is given from
// outside, from its files to the lines that are sent to it and what the model
// provider answers. They are random and yet always the same for the same seed and
// number, and any part of one can be left out, so that a disagreement can be
// narrowed down.
//
// Nothing here starts a Pi or knows what one should do.
package input
