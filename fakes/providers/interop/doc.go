// Package interop holds the providers' own client libraries against the fake
// providers: one script for each library, whose versions package.json pins.
// "make interop-clients" runs them. Nothing else belongs here.
package interop
