// Package pyenv makes Python environments for published versions of the
// platform's SDK, in the user's cache. One shared environment holds the
// dependencies, which are large; each version lies in a folder of its own beside
// it. A version whose requirements the shared environment does not meet gets an
// environment of its own.
//
// Nothing here knows how an SDK is driven; that is in subjects/agenta.
package pyenv
