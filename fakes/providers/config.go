package providers

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/agenta-ai/conform/fakes/internal/strictyaml"
)

// Config is a script and those of tenants, as a file holds them.
type Config struct {
	Script
	Tenants []TenantConfig `yaml:"tenants"`
}

// TenantConfig is a tenant in a file.
type TenantConfig struct {
	Name  string `yaml:"name"`
	Scope Scope  `yaml:"scope"`
	Script
}

// ReadConfig reads YAML or JSON. A script without keys takes any key, and one
// without a reply echoes. Errors begin with file:line:column; after one, nothing
// may be used.
func ReadConfig(file string, data []byte) (Config, error) {
	var c Config
	if err := strictyaml.Decode(file, data, &c); err != nil {
		return Config{}, err
	}
	if err := c.settle(file, data); err != nil {
		return Config{}, err
	}
	return c, nil
}

// ReadTenant reads one tenant without its name, as ReadConfig does.
func ReadTenant(file, name string, data []byte) (TenantConfig, error) {
	t := TenantConfig{Name: name}
	if err := strictyaml.Decode(file, data, &t); err != nil {
		return TenantConfig{}, err
	}
	t.Name = name
	if err := t.check(); err != nil {
		return TenantConfig{}, fmt.Errorf("%s:1:1: %w", file, err)
	}
	if err := t.settle(file, data); err != nil {
		return TenantConfig{}, err
	}
	return t, nil
}

func (c *Config) settle(file string, data []byte) error {
	if err := c.Script.settle(file, data); err != nil {
		return err
	}
	names := map[string]bool{}
	for i := range c.Tenants {
		t := &c.Tenants[i]
		err := t.check()
		if err == nil && names[t.Name] {
			err = fmt.Errorf("tenant %q stands here twice", t.Name)
		}
		if err != nil {
			return strictyaml.Errorf(file, data, []any{"tenants", i}, "%v", err)
		}
		names[t.Name] = true
		if err := t.Script.settle(file, data, "tenants", i); err != nil {
			return err
		}
	}
	return nil
}

func (t *TenantConfig) check() error {
	switch {
	case t.Name == "":
		return fmt.Errorf("a tenant without a name")
	case t.Scope.Prefix == "" && len(t.Scope.Hosts) == 0 && len(t.Scope.Keys) == 0:
		return fmt.Errorf("tenant %s has no scope; want a prefix, hosts or keys", t.Name)
	case t.Scope.Prefix != "" && (!strings.HasPrefix(t.Scope.Prefix, "/") || strings.HasSuffix(t.Scope.Prefix, "/")):
		return fmt.Errorf("tenant %s: prefix %q; want a path such as /case-7", t.Name, t.Scope.Prefix)
	}
	return nil
}

// settle fills in what a file need not say and checks the hosts of keys.
func (s *Script) settle(file string, data []byte, at ...any) error {
	if len(s.Keys) == 0 {
		s.AnyKey = true
	}
	if s.Reply == "" {
		s.Echo = true
	}
	public := publicHosts()
	for _, host := range slices.Sorted(maps.Keys(s.Keys)) {
		if _, ok := public[host]; ok || slices.Contains(s.Gateways, host) {
			continue
		}
		full, ok := nicknames()[host]
		if !ok {
			path := append(at[:len(at):len(at)], "keys", host)
			return strictyaml.Errorf(file, data, path, "no host %q; there are %s, %s, and those of gateways", host,
				strings.Join(slices.Sorted(maps.Keys(nicknames())), ", "), strings.Join(PublicHosts(), ", "))
		}
		s.Keys[full] = append(s.Keys[full], s.Keys[host]...)
		delete(s.Keys, host)
	}
	return nil
}

// Load plays a configuration: its script, and its tenants in the place of all
// others. It starts every count again and forgets no call.
func (s *Server) Load(c Config) {
	s.Play(c.Script)
	wanted := map[string]bool{}
	for _, t := range c.Tenants {
		wanted[t.Name] = true
		s.Admit(t.Name, t.Scope).Play(t.Script)
	}
	for _, t := range s.Tenants() {
		if t != s.Tenant && !wanted[t.name] {
			s.Dismiss(t.name)
		}
	}
}

// String says in a few words what the configuration holds.
func (c Config) String() string {
	var parts []string
	for _, part := range []struct {
		n    int
		noun string
	}{{len(c.Rules), "rule"}, {len(c.Limits), "limit"}, {len(c.Tenants), "tenant"}} {
		if part.n == 1 {
			parts = append(parts, "1 "+part.noun)
		} else if part.n > 1 {
			parts = append(parts, fmt.Sprintf("%d %ss", part.n, part.noun))
		}
	}
	if c.Chaos.Rate > 0 {
		parts = append(parts, "chaos")
	}
	if len(parts) == 0 {
		return "no rules"
	}
	return strings.Join(parts, ", ")
}
