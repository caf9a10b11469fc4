package recorder

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"

	"github.com/agenta-ai/conform/fakes/pi/flight"
	"github.com/agenta-ai/conform/fakes/pi/internal/config"
)

// Main runs the command of the sidecar with the arguments of this process, and
// returns its exit code. If a signal ended it, Main does not return: the same
// signal ends this process.
func Main() int {
	code, err := run()
	if err != nil {
		fmt.Fprintln(os.Stderr, "pi-recorder:", err)
	}
	return code
}

func run() (int, error) {
	sidecar, err := flight.OwnSidecar()
	if err != nil {
		return 1, err
	}
	if len(sidecar.Exec) == 0 {
		return 1, errors.New("the sidecar names no command to run")
	}
	dir, err := os.Getwd()
	if err != nil {
		return 1, err
	}
	agentDir := config.AgentDir(os.Getenv, dir)
	mode, files, snapshotErr := flight.Snapshot(agentDir)
	journal, err := flight.Create(sidecar, flight.Record{
		Player: "recorder", Version: sidecar.Play, PID: os.Getpid(), Start: time.Now(),
		Argv: os.Args[1:], Cwd: dir,
		AgentDir: agentDir, AgentDirSet: os.Getenv("PI_CODING_AGENT_DIR") != "", AgentDirMode: mode,
		Env: flight.Environ(os.Environ(), sidecar), Files: files,
	})
	if err != nil {
		return 1, err
	}
	note(journal, snapshotErr)
	exit, runErr := pass(sidecar.Exec, os.Args[1:], journal)
	_, files, snapshotErr = flight.Snapshot(agentDir)
	note(journal, snapshotErr)
	err = errors.Join(runErr, journal.Exit(exit.Exit, files))
	exit.die()
	return exit.Code, err
}

func note(journal *flight.Writer, err error) {
	if err != nil {
		journal.Note(err.Error())
	}
}

// pass runs the command and carries everything between it and our surroundings.
func pass(command, args []string, journal *flight.Writer) (ending, error) {
	cmd := exec.Command(command[0], append(append([]string{}, command[1:]...), args...)...)
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = dieWithParent()
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return failed(err)
	}
	// A pipe of our own and not StdoutPipe, because Wait would close that before
	// it is read to its end.
	stdout, out, err := os.Pipe()
	if err != nil {
		return failed(err)
	}
	cmd.Stdout = out
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGUSR1, syscall.SIGUSR2, syscall.SIGPIPE)
	if err := cmd.Start(); err != nil {
		return failed(err)
	}
	out.Close()
	go forward(signals, cmd.Process)
	go func() {
		tee(stdin, os.Stdin, &lines{tell: journal.Stdin})
		stdin.Close()
	}()
	read := make(chan struct{})
	go func() {
		defer close(read)
		tee(os.Stdout, stdout, &lines{tell: func(line string) { journal.Stdout(line); journal.Flush() }})
		stdout.Close() // so that Pi hears of a reader that went away
	}()
	err = cmd.Wait()
	<-read
	return endingOf(cmd.ProcessState), unlessExit(err)
}

func failed(err error) (ending, error) {
	return ending{Exit: flight.Exit{Code: 1, Reason: err.Error()}}, err
}

// unlessExit drops the error that only says how the command ended.
func unlessExit(err error) error {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return nil
	}
	return err
}

// forward passes signals on. A broken pipe is our own affair.
func forward(signals <-chan os.Signal, to *os.Process) {
	for s := range signals {
		if s != syscall.SIGPIPE {
			_ = to.Signal(s) // a process that has ended needs none
		}
	}
}

// tee copies until either side ends, each piece at once, and shows the lines to
// a record after they have been passed on.
func tee(dst io.Writer, src io.Reader, record *lines) {
	buf := make([]byte, 32<<10)
	for {
		n, err := src.Read(buf)
		if n > 0 {
			_, writeErr := dst.Write(buf[:n])
			record.add(buf[:n])
			if writeErr != nil {
				break
			}
		}
		if err != nil {
			break
		}
	}
	record.end()
}
