// Package jsonl is the file format of a run: JSON Lines, a header first, a line
// for each cell as it ends, a footer last. It is the one format that is written
// while the run goes on; every other report is made from it.
//
// A run that was killed leaves a readable file: all whole lines count, a torn
// last line is left out and named. Nothing here decides what results mean.
package jsonl
