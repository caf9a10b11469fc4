package engine

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Endpoint is where an engine is expected to listen.
type Endpoint struct {
	Host  string // such as unix:///var/run/docker.sock
	From  string // who says so: "DOCKER_HOST", "context NAME", "usual place"
	Named bool   // somebody chose it, so no other will do
}

// String is the address and where it was taken from, as messages name it.
func (e Endpoint) String() string { return e.Host + " (" + e.From + ")" }

// Surroundings are what decides where the engine is. Tests have their own.
type Surroundings struct {
	Getenv func(string) string
	Home   string
	Usual  []string // sockets to look for when nothing is named
}

// Here are the surroundings of this process.
func Here() Surroundings {
	home, _ := os.UserHomeDir() // without one there are fewer places to look at
	s := Surroundings{Getenv: os.Getenv, Home: home, Usual: []string{"/var/run/docker.sock"}}
	if dir := os.Getenv("XDG_RUNTIME_DIR"); dir != "" {
		s.Usual = append(s.Usual, filepath.Join(dir, "docker.sock"), filepath.Join(dir, "podman", "podman.sock"))
	}
	if home != "" {
		for _, at := range []string{".docker/run/docker.sock", ".docker/desktop/docker.sock", ".colima/default/docker.sock", ".rd/docker.sock"} {
			s.Usual = append(s.Usual, filepath.Join(home, at))
		}
	}
	s.Usual = append(s.Usual, "/run/podman/podman.sock")
	return s
}

// endpoints are where the engine may be: one if somebody named it, else the
// usual places. The order of precedence is that of the docker command.
func (s Surroundings) endpoints() ([]Endpoint, error) {
	if host := s.Getenv("DOCKER_HOST"); host != "" {
		return []Endpoint{{Host: host, From: "DOCKER_HOST", Named: true}}, nil
	}
	name, from, err := s.context()
	if err != nil {
		return nil, err
	}
	if name != "" && name != "default" {
		host, err := s.contextHost(name)
		if err != nil {
			return nil, &Trouble{Endpoint: Endpoint{Host: "docker context " + name, From: from, Named: true}, What: err.Error(), Do: "see docker context ls, or unset it"}
		}
		return []Endpoint{{Host: host, From: "docker context " + name, Named: true}}, nil
	}
	var usual []Endpoint
	for _, path := range s.Usual {
		usual = append(usual, Endpoint{Host: "unix://" + path, From: "usual place"})
	}
	return usual, nil
}

// configFolder is the docker command's.
func (s Surroundings) configFolder() string {
	if dir := s.Getenv("DOCKER_CONFIG"); dir != "" {
		return dir
	}
	return filepath.Join(s.Home, ".docker")
}

// context is the docker context in use, "" for none.
func (s Surroundings) context() (name, from string, err error) {
	if name := s.Getenv("DOCKER_CONTEXT"); name != "" {
		return name, "DOCKER_CONTEXT", nil
	}
	path := filepath.Join(s.configFolder(), "config.json")
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", "", nil
	}
	var config struct {
		CurrentContext string `json:"currentContext"`
	}
	if err == nil {
		err = json.Unmarshal(text, &config)
	}
	if err != nil {
		return "", "", &Trouble{Endpoint: Endpoint{Host: path, From: "docker's configuration", Named: true}, What: err.Error(), Do: "mend the file, or set DOCKER_HOST"}
	}
	return config.CurrentContext, path, nil
}

// contextHost is the address that a docker context holds.
func (s Surroundings) contextHost(name string) (string, error) {
	sum := sha256.Sum256([]byte(name))
	text, err := os.ReadFile(filepath.Join(s.configFolder(), "contexts", "meta", hex.EncodeToString(sum[:]), "meta.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return "", errors.New("there is no such context")
	}
	if err != nil {
		return "", fmt.Errorf("read the context: %w", err)
	}
	var meta struct {
		Endpoints map[string]struct{ Host string }
	}
	if err := json.Unmarshal(text, &meta); err != nil {
		return "", fmt.Errorf("read the context: %w", err)
	}
	host := meta.Endpoints["docker"].Host
	if host == "" {
		return "", errors.New("the context holds no address of an engine")
	}
	return host, nil
}
