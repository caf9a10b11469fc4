package cli

import (
	"runtime"
	"syscall"
)

// peakRSS is the largest that this process or one of its children ever was, in
// bytes; 0 if the system does not say.
func peakRSS() int64 {
	var peak int64
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var u syscall.Rusage
		if syscall.Getrusage(who, &u) != nil {
			continue
		}
		peak = max(peak, int64(u.Maxrss))
	}
	if runtime.GOOS != "darwin" { // which counts in bytes, the others in KiB
		peak *= 1024
	}
	return peak
}
