//go:build !linux

package recorder

import "syscall"

// dieWithParent has nothing to offer on this system: when this process is
// killed, the command ends because its stdin does.
func dieWithParent() *syscall.SysProcAttr { return nil }
