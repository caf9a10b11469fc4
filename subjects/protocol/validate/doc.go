// Package validate checks messages of the subject protocol against its
// published schema. It is a package of its own so that drivers do not link a
// schema compiler.
package validate
