package seal

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// ready is the file descriptor on which a sealed child reports that its
// network is up; the marker holds its number, or "1" when nobody waits.
const ready = 3

// inside finishes what enter began: in a child it brings loopback up and tells
// the parent.
func inside() error {
	if os.Getenv(marker) != fmt.Sprint(ready) {
		return believe()
	}
	// Children of this process are sealed as well, but nobody waits for them.
	if err := os.Setenv(marker, "1"); err != nil {
		return err
	}
	report := os.NewFile(ready, "ready")
	defer report.Close()
	if err := loopbackUp(); err != nil {
		// The parent goes on unsealed when this process ends without a word.
		fmt.Fprintln(report, err)
		os.Exit(1)
	}
	_, err := report.WriteString("ok\n")
	return err
}

// believe checks the marker, which anybody can set: a report must not say
// "sealed" of a process that has a network.
func believe() error {
	interfaces, err := net.Interfaces()
	if err != nil {
		return err
	}
	for _, i := range interfaces {
		if i.Flags&net.FlagUp != 0 && i.Flags&net.FlagLoopback == 0 {
			if err := os.Unsetenv(marker); err != nil {
				return err
			}
			return fmt.Errorf("%s is set, but the network device %s is up", marker, i.Name)
		}
	}
	return nil
}

func enter(args []string) (bool, int, error) {
	if len(args) == 0 {
		return false, 0, errors.New("no program to run")
	}
	if os.Geteuid() == 0 {
		if err := replace(args); !errors.Is(err, unix.EPERM) {
			return false, 0, err
		}
		// Root without the capability, as in a container: a user namespace may
		// still be allowed.
	}
	return child(args)
}

// replace moves this thread into a new network namespace and replaces the
// process by itself; exec keeps the namespace of the thread that calls it. The
// process keeps its pid, its parent, its terminal and its signals, so nothing
// has to be passed on. It returns only if it fails.
func replace(args []string) error {
	runtime.LockOSThread() // and never unlocked: a thread that failed half-way must not run anything else
	host, err := os.Open("/proc/thread-self/ns/net")
	if err != nil {
		return err
	}
	defer host.Close()
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		return err
	}
	err = loopbackUp()
	if err == nil {
		env := append(os.Environ(), marker+"=1")
		err = unix.Exec("/proc/self/exe", args, env)
	}
	// Whoever goes on unsealed on this thread needs its old network.
	if back := unix.Setns(int(host.Fd()), unix.CLONE_NEWNET); back == nil {
		runtime.UnlockOSThread()
	}
	return err
}

// child runs the program in a new user and network namespace and waits for it.
// Only a process with a single thread could move itself there.
func child(args []string) (bool, int, error) {
	read, write, err := os.Pipe()
	if err != nil {
		return false, 0, err
	}
	defer read.Close()
	cmd := &exec.Cmd{
		Path: "/proc/self/exe", Args: args,
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		Env:        append(os.Environ(), fmt.Sprintf("%s=%d", marker, ready)),
		ExtraFiles: []*os.File{write},
		SysProcAttr: &syscall.SysProcAttr{
			Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNET,
			UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
			GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
			Pdeathsig:   syscall.SIGKILL,
		},
	}
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, unix.SIGINT, unix.SIGTERM, unix.SIGHUP, unix.SIGQUIT, unix.SIGUSR1, unix.SIGUSR2)
	defer signal.Stop(signals)
	runtime.LockOSThread() // Pdeathsig is about the thread that starts the child
	defer runtime.UnlockOSThread()
	err = cmd.Start()
	write.Close()
	if err != nil {
		return false, 0, err
	}
	over := make(chan struct{})
	go forward(signals, cmd.Process, over)
	word, _ := io.ReadAll(read) // no word is as good as an error
	waited := error(nil)
	if string(word) != "ok\n" {
		waited = fmt.Errorf("loopback in the new network: %s", word)
	}
	_ = cmd.Wait() // the state says all that its error would
	close(over)
	if waited != nil {
		return false, 0, waited
	}
	return true, exitCode(cmd.ProcessState), nil
}

// forward passes signals on to the child. The terminal sends its own signals
// to the whole foreground group, the child included.
func forward(signals <-chan os.Signal, p *os.Process, over <-chan struct{}) {
	for {
		select {
		case s := <-signals:
			if (s == unix.SIGINT || s == unix.SIGQUIT) && foreground() {
				continue
			}
			_ = p.Signal(s) // gone already: its exit code is on its way
		case <-over:
			return
		}
	}
}

// foreground reports whether this process belongs to its terminal's foreground
// group.
func foreground() bool {
	tty, err := os.Open("/dev/tty")
	if err != nil {
		return false
	}
	defer tty.Close()
	group, err := unix.IoctlGetInt(int(tty.Fd()), unix.TIOCGPGRP)
	return err == nil && group == unix.Getpgrp()
}

// exitCode is the child's, or 128 + signal as shells have it.
func exitCode(state *os.ProcessState) int {
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return state.ExitCode()
}

// loopbackUp switches the loopback device of this thread's network on.
func loopbackUp() error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	req, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	if err := unix.IoctlIfreq(fd, unix.SIOCGIFFLAGS, req); err != nil {
		return err
	}
	req.SetUint16(req.Uint16() | unix.IFF_UP | unix.IFF_RUNNING)
	return unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, req)
}

// try starts this program in namespaces of its own and ends it before it has
// done anything: the kernel has said by then whether it may.
func try() error {
	cmd := &exec.Cmd{Path: "/proc/self/exe", Args: []string{"conform", "version"}, SysProcAttr: &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}}
	if os.Geteuid() == 0 {
		cmd.SysProcAttr.Cloneflags = syscall.CLONE_NEWNET
	} else {
		cmd.SysProcAttr.Cloneflags = syscall.CLONE_NEWUSER | syscall.CLONE_NEWNET
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	err := cmd.Start()
	if errors.Is(err, unix.EPERM) && os.Geteuid() == 0 {
		cmd = &exec.Cmd{Path: cmd.Path, Args: cmd.Args, SysProcAttr: &syscall.SysProcAttr{
			Pdeathsig: syscall.SIGKILL, Cloneflags: syscall.CLONE_NEWUSER | syscall.CLONE_NEWNET,
		}}
		err = cmd.Start()
	}
	if err != nil {
		return fmt.Errorf("a network namespace: %w", err)
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	return nil
}
