package protocol

import "syscall"

// processAttributes puts the driver into a group of its own and lets the
// kernel end it when the harness is killed.
func processAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
