// Package resolve turns what an agent asks for into one connection: it reads
// the vault, picks a record, asks the gates, and projects exactly that record's
// credential. It also holds the offline resolvers and the deprecated dump of
// the whole vault, which read the same map of variables.
//
// How a connection travels to the runner is decided elsewhere.
package resolve
