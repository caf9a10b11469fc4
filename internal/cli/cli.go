package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/agenta-ai/conform/internal/nearest"
	"github.com/agenta-ai/conform/verdict"
	"github.com/alecthomas/kong"
)

// grammar is the command line.
type grammar struct {
	Help helpFlag `short:"h" help:"Say what there is, and end."`

	Run        runCommand        `cmd:"" default:"withargs" help:"Run the matrix and judge it (the default command; its flags: conform run --help)."`
	List       listCommand       `cmd:"" help:"List cells, or clauses, axes, levels, kinds, mutants."`
	Plan       planCommand       `cmd:"" help:"Say what a run would do, and which cells rules exclude."`
	Explain    explainCommand    `cmd:"" help:"Say what is expected of a cell and why, or what a clause asks for."`
	Doctor     doctorCommand     `cmd:"" help:"Say what this machine offers, and what killed runs have left on it."`
	Sweep      sweepCommand      `cmd:"" help:"Run one plan over several versions of the platform's SDK, side by side."`
	Findings   findingsCommand   `cmd:"" help:"Write what a run or a sweep found, for the people who own the code."`
	Known      knownCommand      `cmd:"" help:"Write a file of known failures from a run, for --known."`
	Subject    subjectCommand    `cmd:"" help:"Help with a subject of your own: check its driver, begin one."`
	Verify     verifyCommand     `cmd:"" help:"Hold a fake against the real thing."`
	Serve      serveCommand      `cmd:"" help:"Run a fake on its own."`
	Mutants    mutantsCommand    `cmd:"" help:"Run every mutant and say which clauses notice it."`
	Version    versionCommand    `cmd:"" help:"Print the version."`
	Completion completionCommand `cmd:"" help:"Print a completion script for a shell."`
}

// console is where a command talks to its user.
type console struct {
	in     io.Reader
	out    io.Writer
	err    io.Writer
	args   []string // as they were given
	parser *kong.Kong
}

// Main runs the command line and returns the exit code. It never exits.
func Main(ctx context.Context, args []string, in io.Reader, out, errs io.Writer) int {
	con := &console{in: in, out: out, err: errs, args: args}
	code, err := con.main(ctx)
	if err == nil {
		return code
	}
	fmt.Fprintf(errs, "conform: %s\n", oneLine(err.Error()))
	return exitCode(ctx, err)
}

func (con *console) main(ctx context.Context) (int, error) {
	parser, err := kong.New(&grammar{},
		kong.Name("conform"),
		kong.Description("Contract test for the path from a stored secret to the bytes at the model provider.\n\n"+
			"Exit codes: 0 all held, 1 contract failures, 2 usage, 3 harness or world broke, 4 incomplete, "+
			"5 exceptions, 130 interrupted."),
		kong.Writers(con.out, con.err),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, FlagsLast: true, WrapUpperBound: 100}),
		kong.NoDefaultHelp(),
	)
	if err != nil {
		return 0, fmt.Errorf("build the command line: %w", err)
	}
	con.parser = parser
	if err := con.knownCommand(); err != nil {
		return 0, err
	}
	parsed, err := parser.Parse(con.args)
	if errors.Is(err, errHelp) {
		return verdict.ExitOK, nil
	}
	if err != nil {
		return 0, usageError{err}
	}
	command, ok := parsed.Selected().Target.Addr().Interface().(command)
	if !ok {
		return 0, fmt.Errorf("command %q cannot be run", parsed.Command())
	}
	return command.run(ctx, con)
}

// knownCommand refuses a first word that is no command. Kong would take it for an
// argument of the default command, and say so.
func (con *console) knownCommand() error {
	if len(con.args) == 0 || strings.HasPrefix(con.args[0], "-") {
		return nil
	}
	var names []string
	for _, c := range con.parser.Model.Children {
		names = append(names, c.Name)
	}
	if slices.Contains(names, con.args[0]) {
		return nil
	}
	return usagef("no command %q; there are %s%s", con.args[0], strings.Join(names, ", "), nearest.Hint(con.args[0], names))
}

// A command does its work and returns the exit code, or an error that has one.
type command interface {
	run(ctx context.Context, con *console) (int, error)
}

// helpFlag prints the help of the command it stands behind.
type helpFlag bool

var errHelp = errors.New("help was asked for")

// BeforeReset is called by kong before anything is checked.
func (helpFlag) BeforeReset(c *kong.Context) error {
	if first := c.Args; len(first) == 0 || strings.HasPrefix(first[0], "-") {
		// No command was named: show all of them, not the default one alone.
		c = &kong.Context{Kong: c.Kong, Path: c.Path[:1], Args: c.Args}
	}
	if err := c.PrintUsage(false); err != nil {
		return fmt.Errorf("print help: %w", err)
	}
	return errHelp
}
