// Package compaction plans how a conversation is shortened: what is kept, what a
// model is asked to sum up, and how that is written.
//
// It decides and words. Who asks the model, and what happens then, lives in
// package pi; how a summary is stored, in session.
package compaction
