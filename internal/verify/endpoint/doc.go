// Package endpoint plays the model provider of one differential test: it answers
// whatever is asked, in the dialect of the request, as the input says, and keeps
// every request. It checks nothing: what a Pi sends is what is being compared.
package endpoint
