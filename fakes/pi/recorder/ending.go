package recorder

import (
	"os"
	"os/signal"
	"syscall"

	"github.com/agenta-ai/conform/fakes/pi/flight"
)

// ending is how the command ended.
type ending struct {
	flight.Exit
	signal syscall.Signal // 0 if it ended by itself
}

func endingOf(state *os.ProcessState) ending {
	status, ok := state.Sys().(syscall.WaitStatus)
	if ok && status.Signaled() {
		s := status.Signal()
		const shellBase = 128 // how shells number an end by a signal
		return ending{flight.Exit{Code: shellBase + int(s), Signal: name(s), Reason: "signal"}, s}
	}
	return ending{Exit: flight.Exit{Code: state.ExitCode(), Reason: "exit"}}
}

// die ends this process by the signal that ended the command, if one did.
func (e ending) die() {
	if e.signal == 0 {
		return
	}
	signal.Reset(e.signal)
	_ = syscall.Kill(os.Getpid(), e.signal) // if that fails, the exit code has to do
}

func name(s syscall.Signal) string {
	switch s {
	case syscall.SIGTERM:
		return "SIGTERM"
	case syscall.SIGHUP:
		return "SIGHUP"
	case syscall.SIGINT:
		return "SIGINT"
	case syscall.SIGKILL:
		return "SIGKILL"
	case syscall.SIGQUIT:
		return "SIGQUIT"
	default:
		return s.String()
	}
}
