//go:build !linux

package protocol

import "syscall"

// processAttributes puts the driver into a group of its own.
func processAttributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
