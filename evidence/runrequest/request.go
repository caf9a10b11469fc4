package runrequest

// Shape is how a body says what was resolved.
type Shape string

// The shapes, by the version of the platform's SDK that began to send them.
const (
	// Flat has everything at the top level, the credential under secrets (to 0.107).
	Flat Shape = "flat"
	// Connection has a member modelConnection with a list of credentials (from 0.108).
	Connection Shape = "modelConnection"
	// Gateway is a modelConnection without credentials, routed through the
	// platform's own gateway (from 0.119, where the platform serves one).
	Gateway Shape = "gateway"
)

// Request is a run request, whatever its shape.
type Request struct {
	Shape          Shape  `json:"shape"`
	Harness        string `json:"harness"`
	Sandbox        string `json:"sandbox"`
	Provider       string `json:"provider"`
	Deployment     string `json:"deployment"` // vertex_ai is read as vertex
	CredentialMode string `json:"credential_mode"`
	// Model is the id within the provider; nil when the body names none. Model as
	// it was written is in Written.
	Model   *string `json:"model"`
	Written string  `json:"written,omitempty"` // only where it differs
	// Credentials are the variables of the run, in the order of the body, or of
	// their names where the body has none. Gateways get theirs in a header.
	Credentials []Credential `json:"credentials"`
	Endpoint    *Endpoint    `json:"endpoint,omitempty"`
	Choice      *Choice      `json:"connection,omitempty"`
}

// The roles of a credential.
const (
	RoleSecret   = "secret"   // a variable that holds a secret
	RoleSetting  = "setting"  // a variable that the shape says is no secret
	RoleGateway  = "gateway"  // a header for the platform's gateway
	RoleUnstated = "unstated" // a variable of a shape that tells no roles
)

// Credential is one value that travels.
type Credential struct {
	Name  string `json:"name"` // of the variable or header
	Role  string `json:"role"`
	Usage string `json:"usage,omitempty"` // as the body says it
	Value string `json:"value"`           // in sealed evidence the label of a canary
	Path  string `json:"path"`            // where it stands in the body
}

// Endpoint is the address to call.
type Endpoint struct {
	BaseURL    string `json:"baseUrl,omitempty"`
	APIVersion string `json:"apiVersion,omitempty"`
	Region     string `json:"region,omitempty"`
}

// Choice is what the author of the agent chose.
type Choice struct {
	Mode string `json:"mode"`
	Slug string `json:"slug,omitempty"`
}

// Variables are the values of the credentials that are variables, by name.
func (r Request) Variables() map[string]string {
	vars := map[string]string{}
	for _, c := range r.Credentials {
		if c.Role != RoleGateway {
			vars[c.Name] = c.Value
		}
	}
	return vars
}
