package pi

import (
	"context"
	"slices"
	"sync"

	"github.com/agenta-ai/conform/fakes/pi/catalog"
	"github.com/agenta-ai/conform/fakes/pi/internal/chat"
	"github.com/agenta-ai/conform/fakes/pi/internal/config"
	"github.com/agenta-ai/conform/fakes/pi/internal/jsval"
	"github.com/agenta-ai/conform/fakes/pi/internal/session"
	"github.com/agenta-ai/conform/fakes/pi/internal/wire"
)

// agent holds the conversation. Commands come from one goroutine and change it
// while runs, each in a goroutine of its own, go on.
type agent struct {
	*host
	settings *config.Settings
	registry *config.Registry
	client   *wire.Client
	out      *outbox
	base     context.Context // ends with the process
	shells   sync.WaitGroup
	gap      sync.Mutex // taken before mu: one command, or the turn from one run to what follows it

	mu           sync.Mutex
	session      *session.Session
	model        catalog.Model
	thinking     string
	scope        []config.Choice
	messages     []chat.Message
	steering     queue
	followUps    queue
	told         waiting // what the client is shown of both
	steeringMode jsval.Value
	followUpMode jsval.Value
	active       *run                  // the run in progress
	busy         bool                  // with runs, pauses between them included
	aborted      bool                  // since the run began that made it busy
	aborts       []*response           // to be sent when what they aborted has ended
	paused       []*response           // to be sent when the pause has ended
	last         *chat.Assistant       // answer of the run that just ended
	attempt      int                   // retries in a row
	endPause     context.CancelFunc    // ends the pause before a retry
	endShell     context.CancelFunc    // ends the client's shell command
	endSummary   context.CancelFunc    // ends the compaction in progress
	askedMistral bool                  // Mistral's library was used
	overflowed   bool                  // what did not fit was asked for again, since the user said something
	ranMeanwhile []*chat.BashExecution // commands that ended while the model spoke
	banner       string                // still to be shown

	sessionHome   string // folder for new sessions, "" before the first
	parentSession string // file that a new session names as its parent
}

// queue is what waits to be told to the model.
type queue []*chat.User

// waiting are the texts of queued messages, as the client is shown them. A
// message leaves its list when it is told, which may be a while after it has
// left its queue.
type waiting struct{ steering, followUps []string }

// leave takes a text off its list. It reports whether there was one.
func (w *waiting) leave(text string) bool {
	for _, list := range []*[]string{&w.steering, &w.followUps} {
		if i := slices.Index(*list, text); i >= 0 {
			*list = slices.Delete(slices.Clone(*list), i, i+1)
			return true
		}
	}
	return false
}

// update is the event that shows both lists.
func (w *waiting) update() queueUpdate {
	return queueUpdate{"queue_update", append([]string{}, w.steering...), append([]string{}, w.followUps...)}
}

// mode reads how a queue is emptied. Whatever the file says is shown again.
func (a *agent) mode(name string) jsval.Value {
	if v := a.settings.Get(name); v.Truthy() {
		return v
	}
	return jsval.Of("one-at-a-time")
}

// take empties a queue as far as its mode says and returns what came out.
func (a *agent) take(q *queue, mode *jsval.Value) []*chat.User {
	a.mu.Lock()
	defer a.mu.Unlock()
	n := min(1, len(*q))
	if mode.String() == "all" {
		n = len(*q)
	}
	out := (*q)[:n:n]
	*q = (*q)[n:]
	return out
}

// keep notes what went wrong with a file. Pi would die of some of it; the fake
// prefers to leave a whole record.
func (a *agent) keep(err error) {
	if err != nil {
		a.journal.Note(err.Error())
	}
}

// streaming reports whether a run is in progress.
func (a *agent) streaming() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.active != nil || a.who.Settles && a.busy
}

// awaitShells waits until the process groups of commands are dead. They were
// told to die before.
func (a *agent) awaitShells() { a.shells.Wait() }
