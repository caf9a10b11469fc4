package modelref

// The connection modes.
const (
	ModeAgenta      = "agenta"
	ModeSelfManaged = "self_managed"
)

// Ref is what an agent asks for. Empty members were not stated.
type Ref struct {
	Model         string
	Provider      string
	Mode          string // one of the connection modes
	Slug          string // names a connection; "" is the project's default
	HasConnection bool   // the configuration has a connection member
}

// Named says whether the author named a connection.
func (r Ref) Named() bool { return r.Slug != "" }
