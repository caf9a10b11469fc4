// Package picker builds what a user is offered when choosing a model: the
// built-in models of a harness, and the models of the project's own connections
// that the harness reaches. It works on the client's side, from the catalog and
// from the vault's list, and needs no route of its own.
package picker
