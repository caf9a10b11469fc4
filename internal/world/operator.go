package world

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/agenta-ai/conform/evidence"
)

// operator is the state of the operator's own Pi folder in a lane.
type operator struct {
	login, settings string           // what was written into it
	state           []evidence.Entry // how it stood then; nil before the first time
	touched         bool             // a case has left it otherwise
}

// restore brings the operator's folder into the state that a case begins with,
// byte for byte. A folder that stands so already is left alone: most cases have
// the same login as the one before them, and none may change it.
func (l *Lane) restore(login, settings string) error {
	o := &l.operator
	if o.state != nil && !o.touched && o.login == login && o.settings == settings {
		return nil
	}
	o.touched = true // until it is whole again
	if err := l.rewrite(login, settings); err != nil {
		return fmt.Errorf("restore the operator's folder: %w", err)
	}
	state := snapshot(l.dir.agent, "")
	if state == nil {
		state = []evidence.Entry{}
	}
	*o = operator{login: login, settings: settings, state: state}
	return nil
}

func (l *Lane) rewrite(login, settings string) error {
	if err := os.RemoveAll(l.dir.agent); err != nil {
		return err
	}
	if err := os.MkdirAll(l.dir.agent, 0o700); err != nil {
		return err
	}
	for name, text := range map[string]string{"auth.json": login, "settings.json": settings} {
		if text == "" {
			continue
		}
		if err := os.WriteFile(filepath.Join(l.dir.agent, name), []byte(text), 0o600); err != nil {
			return err
		}
	}
	return nil
}
