package daytona

import "time"

// Call is one request to the cloud. Requests inside of a WebSocket are not
// calls; opening one is.
type Call struct {
	At      time.Time `json:"at"`
	Plane   string    `json:"plane"` // "control" or "toolbox", "" for a route that the cloud does not have
	Method  string    `json:"method"`
	Path    string    `json:"path"` // below the plane's base
	Query   string    `json:"query,omitempty"`
	Sandbox string    `json:"sandbox,omitempty"` // id, where the request concerns one
	Key     string    `json:"key"`               // the caller's API key
	Body    string    `json:"body,omitempty"`    // of requests in JSON
	Files   []Upload  `json:"files,omitempty"`   // that were written
	Status  int       `json:"status"`
	Reply   string    `json:"reply,omitempty"` // of answers in JSON
}

// Upload is one file that came through the API.
type Upload struct {
	Path    string `json:"path"`
	Size    int64  `json:"size"`
	Sum     string `json:"sum"`               // SHA-256, first 16 hex digits
	Content string `json:"content,omitempty"` // text up to 64 KiB
}

// Sandbox is one sandbox as it stands, or as it was when it ended.
type Sandbox struct {
	ID       string            `json:"id"`
	Name     string            `json:"name"`
	Snapshot string            `json:"snapshot,omitempty"`
	State    State             `json:"state"`
	Reason   string            `json:"reason,omitempty"` // of state error
	Env      map[string]string `json:"env,omitempty"`
	Labels   map[string]string `json:"labels,omitempty"`
	Secrets  map[string]string `json:"secrets,omitempty"` // variable → name of the secret
	Network  Network           `json:"network"`
	Machine  string            `json:"machine,omitempty"` // what it ran on, such as "folder"
	Created  time.Time         `json:"created"`
	Ended    time.Time         `json:"ended,omitzero"`
}

// Secret is one secret of the account.
type Secret struct {
	ID          string   `json:"id"`
	Name        string   `json:"name"`
	Value       string   `json:"value"`
	Hosts       []string `json:"hosts"`
	Placeholder string   `json:"placeholder"` // what a sandbox sees
	Deleted     bool     `json:"deleted,omitempty"`
}

// Network says what a sandbox may reach.
type Network struct {
	BlockAll        bool   `json:"block_all,omitempty"`
	AllowList       string `json:"allow_list,omitempty"` // CIDR blocks, by commas
	DomainAllowList string `json:"domain_allow_list,omitempty"`
}
