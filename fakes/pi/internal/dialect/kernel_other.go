//go:build !linux

package dialect

// kernel is the release of the operating system, which is not looked up here.
func kernel() string { return "unknown" }
