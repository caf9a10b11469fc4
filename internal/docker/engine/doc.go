// Package engine finds the container engine that is meant, says exactly what is
// wrong when it cannot be used, lists what runs of conform have on it, and
// removes what they left.
//
// It never goes on to another engine when the one that was named does not
// answer. It starts no container: that is the keeper's business.
package engine
