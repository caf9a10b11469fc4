package daytona

import (
	"maps"
	"slices"
	"time"
)

// dto is a sandbox as the API shows it.
type dto struct {
	ID                  string            `json:"id"`
	OrganizationID      string            `json:"organizationId"`
	Name                string            `json:"name"`
	Snapshot            string            `json:"snapshot,omitempty"`
	User                string            `json:"user"`
	Env                 map[string]string `json:"env"`
	Labels              map[string]string `json:"labels"`
	Public              bool              `json:"public"`
	NetworkBlockAll     bool              `json:"networkBlockAll"`
	NetworkAllowList    string            `json:"networkAllowList,omitempty"`
	DomainAllowList     string            `json:"domainAllowList,omitempty"`
	Target              string            `json:"target"`
	CPU                 int               `json:"cpu"`
	GPU                 int               `json:"gpu"`
	Memory              int               `json:"memory"`
	Disk                int               `json:"disk"`
	State               State             `json:"state"`
	DesiredState        State             `json:"desiredState"`
	ErrorReason         string            `json:"errorReason,omitempty"`
	AutoStopInterval    int               `json:"autoStopInterval"`
	AutoArchiveInterval int               `json:"autoArchiveInterval"`
	AutoDeleteInterval  int               `json:"autoDeleteInterval"`
	CreatedAt           string            `json:"createdAt"`
	UpdatedAt           string            `json:"updatedAt"`
	ToolboxProxyURL     string            `json:"toolboxProxyUrl"`
}

// organization is the account that everything belongs to.
const organization = "org-conform"

// show is the sandbox as the API tells of it. The caller holds the lock.
func (s *Server) show(b *sandbox) dto {
	desired := Started
	switch b.State {
	case Stopping, Stopped:
		desired = Stopped
	case Destroyed:
		desired = Destroyed
	}
	env := maps.Clone(b.Env)
	if env == nil {
		env = map[string]string{} // a client takes a sandbox without env for an item of a list
	}
	for variable, name := range b.Secrets {
		if secret := s.secret(name); secret != nil {
			env[variable] = secret.Placeholder
		}
	}
	labels := b.Labels
	if labels == nil {
		labels = map[string]string{}
	}
	now := time.Now().UTC().Format(time.RFC3339Nano)
	return dto{
		ID: b.ID, OrganizationID: organization, Name: b.Name, Snapshot: b.Snapshot, User: b.spec.User, Env: env, Labels: labels,
		Public: b.spec.Public, NetworkBlockAll: b.Network.BlockAll, NetworkAllowList: b.Network.AllowList, DomainAllowList: b.Network.DomainAllowList,
		Target: b.spec.Target, CPU: max(b.spec.CPU, 1), Memory: max(b.spec.Memory, 1), Disk: max(b.spec.Disk, 3),
		State: b.State, DesiredState: desired, ErrorReason: b.Reason,
		AutoStopInterval: *b.spec.AutoStop, AutoArchiveInterval: *b.spec.AutoArchive, AutoDeleteInterval: *b.spec.AutoDelete,
		CreatedAt: b.Created.UTC().Format(time.RFC3339Nano), UpdatedAt: now, ToolboxProxyURL: s.base + toolboxBase,
	}
}

// secret is the living secret of a name, nil if there is none. The caller holds
// the lock.
func (s *Server) secret(name string) *Secret {
	i := slices.IndexFunc(s.secrets, func(k *Secret) bool { return !k.Deleted && k.Name == name })
	if i < 0 {
		return nil
	}
	return s.secrets[i]
}
