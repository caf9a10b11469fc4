package pi

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/agenta-ai/conform/fakes/pi/catalog"
	"github.com/agenta-ai/conform/fakes/pi/internal/config"
	"github.com/agenta-ai/conform/fakes/pi/internal/session"
	"github.com/agenta-ai/conform/fakes/pi/internal/wire"
)

// idleLimit is how long Pi waits for a silent provider.
const idleLimit = 300_000

// open reads the agent folder and makes an agent with a session and a model.
func (h *host) open() (*agent, error) {
	if err := h.idAlone(); err != nil {
		return nil, err
	}
	h.migrate()
	settings := config.LoadSettings(h.agentDir, h.who.BOM)
	found := h.brokenSettings(settings)
	a := &agent{host: h, settings: settings, banner: h.Sidecar.Banner}
	var history session.History
	if !h.args.list {
		var err error
		if history, err = a.openSession(); err != nil {
			return nil, err
		}
	}
	auth, err := config.LoadAuth(h.agentDir, h.who)
	if errors.Is(err, config.ErrNullAuth) {
		return nil, bareError(err.Error())
	}
	if err != nil {
		h.journal.Note(err.Error())
	}
	idle := time.Duration(settings.Number(idleLimit, "httpIdleTimeoutMs")) * time.Millisecond
	a.registry = config.NewRegistry(h.agentDir, h.who, h.builtin, auth, h.env)
	a.client = wire.NewClient(h.env, h.journal, idle)
	if h.who.StoreForAll || h.who.Runtime && a.usesBuiltin() {
		h.keepStore()
	}
	if problem := a.registry.Problem(); problem != nil {
		h.journal.Note(problem.Error())
	}
	if h.args.list {
		_, err := a.modelScope()
		if h.who.WarnsOnce {
			h.report(found)
		}
		return a, err
	}
	if len(h.args.unknown) > 0 && !h.extended() {
		unknown := fatal("Unknown option%s: %s", plural(len(h.args.unknown)), strings.Join(h.args.unknown, ", "))
		if h.who.WarnsOnce {
			found = append(found, unknown)
		} else { // settings are read again for each half of a start, and told of after it
			found = slices.Insert(found, 0, unknown)
		}
	}
	more, err := a.chooseModel(history)
	if err != nil {
		return nil, err
	}
	if h.report(append(found, more...)) {
		return nil, errReported
	}
	return a, nil
}

// errReported ends a start after what is wrong has been told.
var errReported = bareError("")

// brokenSettings is what is wrong with settings.json. Older versions tell of it as
// often as they read the file, the first time at once.
func (h *host) brokenSettings(settings *config.Settings) []diagnostic {
	broken := settings.Broken()
	if broken == nil {
		return nil
	}
	h.journal.Note("settings.json: " + broken.Error())
	if h.who.WarnsOnce {
		return []diagnostic{warning("Invalid settings file %s: %v", settings.Path(), broken)}
	}
	h.warn(fmt.Sprintf("(startup session lookup, global settings) %v", broken))
	again := warning("(runtime creation, global settings) %v", broken)
	if h.asksForTrust() {
		return []diagnostic{again, again, again}
	}
	return []diagnostic{again, again}
}

// idAlone refuses what does not go with --session-id.
func (h *host) idAlone() error {
	switch {
	case h.args.sessionID == "":
		return nil
	case h.args.session != "":
		return errors.New("--session-id cannot be combined with --session")
	case h.args.noSession && h.who.NeedsFileForID:
		return errors.New("--session-id cannot be combined with --no-session")
	default:
		return nil
	}
}

// asksForTrust reports whether the working directory brings something of its own
// that counts only when it is trusted, and nobody has said whether it is.
func (h *host) asksForTrust() bool {
	if h.args.trusts {
		return false
	}
	for _, name := range []string{"settings.json", "extensions", "skills", "prompts", "themes", "SYSTEM.md", "APPEND_SYSTEM.md"} {
		if exists(filepath.Join(h.Dir, ".pi", name)) {
			return true
		}
	}
	own := filepath.Join(h.env("HOME"), ".agents", "skills")
	for dir := h.Dir; ; dir = filepath.Dir(dir) {
		if skills := filepath.Join(dir, ".agents", "skills"); skills != own && exists(skills) {
			return true
		}
		if dir == filepath.Dir(dir) {
			return false
		}
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// usesBuiltin reports whether a provider of the catalogue is available.
func (a *agent) usesBuiltin() bool {
	return slices.ContainsFunc(a.registry.Available(), func(m catalog.Model) bool {
		_, ok := a.builtin.Provider(m.Provider)
		return ok
	})
}

// keepStore makes the file in which newer versions keep what they fetch of
// catalogues. Nothing is ever fetched here.
func (h *host) keepStore() {
	file, err := os.OpenFile(filepath.Join(h.agentDir, "models-store.json"), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return // it is there, or it cannot be made; Pi does without
	}
	_, err = file.WriteString("{}")
	if err = errors.Join(err, file.Close()); err != nil {
		h.journal.Note(err.Error())
	}
}

func plural(n int) string {
	if n == 1 {
		return ""
	}
	return "s"
}

// extended reports whether Pi would load extensions. They are not executed
// here, so options that nobody knows may be theirs.
func (h *host) extended() bool {
	entries, err := os.ReadDir(filepath.Join(h.agentDir, "extensions"))
	return h.args.extensions || err == nil && len(entries) > 0
}

// sessionDir is the folder for session files. A folder that somebody named is
// used as it is; the default one has a folder for each working directory.
func (a *agent) sessionDir() string {
	if a.args.noSession {
		return ""
	}
	return cmp.Or(a.sessionHome, a.namedSessionDir(), session.DefaultDir(a.agentDir, a.Dir))
}

// namedSessionDir is the folder that somebody named, as it was named, "" for none.
func (a *agent) namedSessionDir() string {
	dir := cmp.Or(a.args.sessionDir, a.env("PI_CODING_AGENT_SESSION_DIR"), a.settings.Text("sessionDir"))
	if dir == "" {
		return ""
	}
	return config.Expand(dir, a.env, "")
}

func (a *agent) openSession() (session.History, error) {
	dir := a.sessionDir()
	ref := a.args.session
	switch {
	case !a.args.noSession && a.args.sessionID != "" && a.who.WarnsNewSessionID:
		if found, err := filepath.Glob(filepath.Join(config.Expand(dir, a.env, a.Dir), "*_"+a.args.sessionID+".jsonl")); err == nil && len(found) == 0 {
			a.warn("No project session found with id '" + a.args.sessionID + "'; creating a new session with that id.")
		}
	}
	if a.args.noSession || ref == "" {
		var err error
		a.session, err = session.New(dir, a.Dir, a.args.sessionID, a.parentSession)
		a.sessionHome = dir
		if err == nil && a.args.name != "" {
			err = a.session.Rename(a.args.name)
		}
		return session.History{}, err
	}
	path := config.Expand(ref, a.env, a.Dir)
	if !strings.ContainsAny(ref, `/\`) && !strings.HasSuffix(ref, ".jsonl") {
		dir = config.Expand(dir, a.env, a.Dir)
		if a.namedSessionDir() == "" { // Pi makes its own folder to look into it
			if err := os.MkdirAll(dir, 0o755); err != nil {
				return session.History{}, err
			}
		}
		found, err := filepath.Glob(filepath.Join(dir, "*_"+ref+"*.jsonl"))
		if err != nil || len(found) == 0 {
			return session.History{}, bareError(fmt.Sprintf("No session found matching '%s'", ref))
		}
		path = found[0]
	}
	var history session.History
	if a.sessionHome == "" { // later sessions lie beside this one, unless a folder was named
		a.sessionHome = cmp.Or(a.namedSessionDir(), filepath.Dir(path))
	}
	err := os.MkdirAll(config.Expand(a.sessionHome, a.env, a.Dir), 0o755)
	if err != nil {
		return history, err
	}
	a.session, history, err = session.Open(path, a.Dir, a.who.RefusesGarbage)
	if err == nil && a.args.name != "" {
		err = a.session.Rename(a.args.name)
	}
	return history, err
}

// modelScope finds the models that the user narrowed the choice down to, and warns
// of patterns that name none.
func (a *agent) modelScope() ([]config.Choice, error) {
	patterns := a.args.models
	if patterns == nil {
		patterns = a.settings.Texts("enabledModels")
	}
	if err := a.registry.Unusable(); err != nil && len(patterns) > 0 {
		return nil, bareError(thrown(err)) // Pi dies where it looks for what a pattern names
	}
	scope, warnings := config.Scope(patterns, a.registry)
	for _, w := range warnings {
		a.warn(w)
	}
	return scope, nil
}

// chooseModel finds the model and the thinking level to start with, and what is
// wrong with the options about them.
func (a *agent) chooseModel(h session.History) (wrong []diagnostic, err error) {
	model, thinking, found := catalog.Model{}, a.args.thinking, false
	scope, err := a.modelScope()
	if err != nil {
		return nil, err
	}
	a.scope = scope
	if a.args.model != "" {
		c, odd, err := config.FlagModel(a.args.provider, a.args.model, a.args.thinking, a.registry)
		if odd != "" {
			wrong = append(wrong, warning("%s", odd))
		}
		if err != nil {
			wrong = append(wrong, fatal("%v", err))
		} else {
			model, found = c.Model, true
			thinking = cmp.Or(thinking, c.Thinking)
		}
	}
	if !found && len(scope) > 0 && len(h.Messages) == 0 {
		c := a.savedInScope(scope)
		model, found = c.Model, true
		thinking = cmp.Or(thinking, c.Thinking)
	}
	if a.args.apiKey != "" {
		if found {
			a.registry.UseKey(model.Provider, a.args.apiKey)
		} else {
			wrong = append(wrong, fatal("--api-key requires a model to be specified via --model, --provider/--model, or --models"))
		}
	}
	if !found && h.ModelID != "" && len(h.Messages) > 0 {
		model, found = a.registry.Find(h.Provider, h.ModelID)
		found = found && a.registry.HasAuth(h.Provider)
	}
	if !found {
		model, found = config.StartModel(a.registry, a.settings)
	}
	if h.HasThinking && len(h.Messages) > 0 {
		thinking = cmp.Or(thinking, h.Thinking)
	}
	if saved := a.settings.Get("defaultThinkingLevel"); saved.Truthy() {
		thinking = cmp.Or(thinking, saved.Word()) // what is no level counts as none
	}
	thinking = cmp.Or(thinking, config.DefaultThinking)
	a.model, a.thinking = unknownModel(), "off"
	if found {
		a.model, a.thinking = model, config.Clamp(a.who, model, thinking)
	}
	a.messages = h.Messages
	a.steeringMode = a.mode("steeringMode")
	a.followUpMode = a.mode("followUpMode")
	if len(h.Messages) > 0 {
		return wrong, nil
	}
	if found {
		a.keep(a.session.Model(model.Provider, model.ID))
	}
	a.keep(a.session.Thinking(a.thinking))
	return wrong, nil
}

// savedInScope picks the saved default if the scope has it, else its first model.
func (a *agent) savedInScope(scope []config.Choice) config.Choice {
	for _, c := range scope {
		if c.Model.Provider == a.settings.Text("defaultProvider") && c.Model.ID == a.settings.Text("defaultModel") {
			return c
		}
	}
	return scope[0]
}

// unknownModel stands in where there is no model.
func unknownModel() catalog.Model {
	return catalog.Model{ID: "unknown", Name: "unknown", API: "unknown", Provider: "unknown", Input: []string{}}
}
