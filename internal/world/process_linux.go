package world

import (
	"context"
	"errors"
	"time"

	"golang.org/x/sys/unix"
)

// awaitExit waits for the end of a process that need not be a child. known is
// false when the kernel cannot tell.
func awaitExit(ctx context.Context, pid int) (over, known bool) {
	fd, err := unix.PidfdOpen(pid, 0)
	if errors.Is(err, unix.ESRCH) {
		return true, true
	}
	if err != nil {
		return false, false
	}
	defer unix.Close(fd)
	for ctx.Err() == nil {
		// Cancellation without a deadline is seen after a while; the event itself
		// at once.
		wait := 200 * time.Millisecond
		if deadline, ok := ctx.Deadline(); ok {
			wait = max(min(wait, time.Until(deadline)), 0) // a negative one would be endless
		}
		n, err := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, int(wait.Milliseconds())+1)
		if err != nil && !errors.Is(err, unix.EINTR) {
			return false, false
		}
		if n > 0 {
			return true, true
		}
	}
	return false, true
}
