package pi

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/agenta-ai/conform/fakes/pi/internal/chat"
	"github.com/agenta-ai/conform/fakes/pi/internal/config"
	"github.com/agenta-ai/conform/fakes/pi/internal/jsval"
	"github.com/agenta-ai/conform/fakes/pi/internal/session"
	"github.com/agenta-ai/conform/fakes/pi/internal/tools"
)

// setSwitch handles the commands that do nothing but write a setting. Values
// are not checked.
func (a *agent) setSwitch(r request) *response {
	change := config.Change{Value: r.Get("mode")}
	switch r.Get("type").String() {
	case "set_steering_mode":
		change.Path = []string{"steeringMode"}
		a.mu.Lock()
		a.steeringMode = change.Value
		a.mu.Unlock()
	case "set_follow_up_mode":
		change.Path = []string{"followUpMode"}
		a.mu.Lock()
		a.followUpMode = change.Value
		a.mu.Unlock()
	case "set_auto_compaction":
		change = config.Change{Value: r.Get("enabled"), Path: []string{"compaction", "enabled"}}
	case "set_auto_retry":
		change = config.Change{Value: r.Get("enabled"), Path: []string{"retry", "enabled"}}
	}
	a.keep(a.settings.Set(change))
	return r.succeed(nil)
}

func (a *agent) setSessionName(r request) *response {
	v := r.Get("name")
	switch v.Kind() {
	case jsval.String:
	case jsval.Undefined, jsval.Null:
		return r.fail("Cannot read properties of " + v.Word() + " (reading 'trim')")
	default:
		return r.fail("command.name.trim is not a function")
	}
	name := strings.TrimSpace(v.String())
	if name == "" {
		return r.fail("Session name cannot be empty")
	}
	a.mu.Lock()
	s := a.session
	a.mu.Unlock()
	a.keep(s.Rename(name))
	a.out.send(sessionInfo{"session_info_changed", name})
	return r.succeed(nil)
}

// replaceSession begins a new session, or goes on with that of a file.
func (a *agent) replaceSession(r request) *response {
	err := a.restart(func() (session.History, error) {
		a.args.session, a.args.sessionID, a.args.name = "", "", ""
		if r.Get("type").String() == "switch_session" {
			a.args.session = config.Expand(r.Get("sessionPath").Word(), a.env, a.Dir)
			a.args.noSession, a.sessionHome = false, filepath.Dir(a.args.session)
		} else {
			a.parentSession = r.Get("parentSession").String()
			defer func() { a.parentSession = "" }()
		}
		return a.openSession()
	})
	if err != nil {
		return r.fail(err.Error())
	}
	return r.succeed(map[string]bool{"cancelled": false})
}

// restart goes on with another session as if Pi were started again: the run in
// progress ends, and models.json is read again.
func (a *agent) restart(open func() (session.History, error)) error {
	a.mu.Lock()
	if a.active != nil {
		a.active.cancel()
	}
	a.cancelPause()
	if a.endSummary != nil {
		a.endSummary()
	}
	a.steering, a.followUps, a.told = nil, nil, waiting{}
	a.mu.Unlock()
	if err := a.rereadAuth(); err != nil {
		a.journal.Note(err.Error())
	}
	a.registry.Reload()
	a.settings.Reload()
	a.mu.Lock()
	defer a.mu.Unlock()
	history, err := open()
	if err != nil {
		return err
	}
	_, err = a.chooseModel(history) // what is wrong with options has been told
	return err
}

// rereadAuth reads auth.json again, in versions that do so for a new session.
func (a *agent) rereadAuth() error {
	if !a.who.RereadsAuth {
		return nil
	}
	auth, err := config.LoadAuth(a.agentDir, a.who)
	a.registry.UseAuth(auth)
	return err
}

type bashData struct {
	Output    string `json:"output"`
	ExitCode  *int   `json:"exitCode,omitempty"`
	Cancelled bool   `json:"cancelled"`
	Truncated bool   `json:"truncated"`
}

// bash runs a command of the client. It is answered when the command has
// ended; other commands do not wait for that.
func (a *agent) bash(r request) *response {
	ctx, cancel := context.WithCancel(a.base)
	a.mu.Lock()
	a.endShell = cancel
	a.mu.Unlock()
	a.shells.Add(1)
	go func() {
		defer a.shells.Done()
		defer cancel()
		command := r.Get("command").Word()
		result, err := tools.Shell(ctx, a.Dir, command, a.shellUpdates(r))
		if err != nil {
			a.out.send(r.fail(err.Error()))
			return
		}
		data := bashData{Output: result.Output, Cancelled: ctx.Err() != nil, Truncated: result.Truncated}
		if !data.Cancelled {
			data.ExitCode = &result.Code
		}
		a.recordShell(&chat.BashExecution{
			Role: "bashExecution", Command: command, Output: data.Output, ExitCode: data.ExitCode, Cancelled: data.Cancelled,
			Truncated: data.Truncated, Timestamp: time.Now().UnixMilli(), ExcludeFromContext: r.Get("excludeFromContext").Truthy(),
		})
		a.out.send(r.succeed(data))
	}()
	return nil
}

// shellUpdates tells the client what its command prints, piece by piece, where
// Pi does.
func (a *agent) shellUpdates(r request) func(soFar string) {
	if !a.who.ShellUpdates {
		return nil
	}
	told := 0
	return func(soFar string) {
		a.out.send(shellUpdate{"bash_execution_update", r.raw("id"), soFar[min(told, len(soFar)):]})
		told = len(soFar)
	}
}

func (a *agent) abortBash(r request) *response {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.endShell != nil {
		a.endShell()
	}
	return r.succeed(nil)
}

// recordShell makes a command part of the conversation, after the run in
// progress if there is one.
func (a *agent) recordShell(m *chat.BashExecution) {
	a.mu.Lock()
	a.ranMeanwhile = append(a.ranMeanwhile, m)
	wait := a.active != nil
	a.mu.Unlock()
	if !wait {
		a.recordShells()
	}
}

func (a *agent) recordShells() {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, m := range a.ranMeanwhile {
		a.messages = append(slices.Clip(a.messages), m)
		a.keep(a.session.Message(m))
	}
	a.ranMeanwhile = nil
}
