// Package deviation knows the differences between the fake Pi and the real one that
// are meant to be: where the fake does less, or otherwise, for a reason. They are
// data (data/pi.yaml). Each names a case that shows it, which is played whenever its
// version is verified, so that one which no longer exists is found.
package deviation
