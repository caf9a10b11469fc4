package pi

import (
	"context"
	"os"
	"syscall"
	"unsafe"
)

// awaitInput holds a request back when stdin has already been closed: Pi ends
// at once then and never gets to ask. Without it, who comes first would be a
// matter of luck.
func (a *agent) awaitInput(ctx context.Context) {
	stdin, ok := a.Stdin.(*os.File)
	if ok && hungUp(stdin.Fd()) {
		<-ctx.Done()
	}
}

// hungUp reports whether the other end of a pipe or socket is closed and all
// that was written to it has been read.
func hungUp(fd uintptr) bool {
	const pollIn, pollHup, pollRdHup = 0x1, 0x10, 0x2000
	p := struct {
		fd              int32
		events, revents int16
	}{int32(fd), pollIn | pollRdHup, 0}
	var now syscall.Timespec
	n, _, errno := syscall.Syscall6(syscall.SYS_PPOLL, uintptr(unsafe.Pointer(&p)), 1, uintptr(unsafe.Pointer(&now)), 0, 0, 0)
	return errno == 0 && n == 1 && p.revents&(pollHup|pollRdHup) != 0
}
