package recorder

import "syscall"

// dieWithParent lets the command die when this process is killed, so that a
// kill of "Pi" leaves no Pi behind. The kernel ties it to the thread that
// starts the command, which is why the main goroutine must be locked to its own.
func dieWithParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
