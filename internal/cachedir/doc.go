// Package cachedir puts installed things into folders of the user's cache: whole
// or not at all, and one process at a time. It knows nothing of what is
// installed, nor how.
package cachedir
