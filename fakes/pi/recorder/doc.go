// Package recorder stands in the place of Pi and runs a real one: it takes the
// same snapshot at exec that the fake takes, passes every byte in both
// directions on as it comes, writes the lines into the flight record, and ends
// the way Pi ended.
//
// It plays nothing and changes nothing. Requests of the real Pi are not seen
// from here.
package recorder
