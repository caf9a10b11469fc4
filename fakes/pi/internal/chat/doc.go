// Package chat has the messages of a conversation and the events of an answer
// as it streams in, in the shape in which Pi shows and stores them.
//
// It only describes: how a provider is asked lives in dialect, what is done with
// an answer in package pi.
package chat
