package dialect

import "runtime"

// nodeArch is Node's name for the processor.
func nodeArch() string {
	if runtime.GOARCH == "amd64" {
		return "x64"
	}
	return runtime.GOARCH
}

// piAgent is how newer versions name themselves to every provider.
func piAgent() string {
	return "pi (" + runtime.GOOS + " " + kernel() + "; " + nodeArch() + ")"
}
