package suites

import (
	"slices"
	"time"

	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/fakes/daytona"
	"github.com/agenta-ai/conform/fakes/pi/flight"
)

// placeholder stands for the chosen key inside of a sandbox.
const placeholder = "dtn_secret_«placeholder:KEY»"

// sandbox moves the process into a sandbox, and makes the turn beside it.
func (b stage) sandbox() {
	c, want := b.in.Case, b.in.Want
	if !c.Is("sandbox", "daytona") || want.Is("outcome", "refused") {
		return
	}
	box := daytona.Sandbox{ID: "sandbox-1", State: daytona.Destroyed}
	cloud := &evidence.Cloud{
		Calls:   []daytona.Call{{Plane: "control", Method: "POST", Path: "/sandbox", Sandbox: box.ID, Status: 200}},
		Secrets: []daytona.Secret{{Name: "key", Value: mark, Placeholder: placeholder, Hosts: []string{want.Get("request.host")}}},
	}
	b.e.Cloud, b.e.During = cloud, nil
	b.e.Input.Policy = map[string]string{}
	dir := "/home/sandbox/.pi/agent"
	if c.Is("sandbox-dir", "moved") {
		dir = "/workspace/agent"
		b.e.Input.Policy["AGENTA_AGENT_SANDBOX_PI_DIR"] = dir
	}
	up := daytona.Call{Plane: "toolbox", Method: "POST", Path: "/sandbox-1/files/bulk-upload", Sandbox: box.ID, Status: 200}
	if c.Is("cloud", "upload-fails") {
		up.Status = 500
	}
	for i := range b.e.Processes {
		p := &b.e.Processes[i]
		local := *p
		if c.Is("beside", "local") {
			b.e.Twin = &evidence.Twin{Processes: []flight.Record{local}, Providers: slices.Clone(b.e.Providers)}
		}
		p.AgentDir, p.Start = dir, up.At.Add(time.Second)
		p.Env = slices.DeleteFunc(slices.Clone(p.Env), func(v flight.Var) bool { return v.Name == "PI_CODING_AGENT_DIR" })
		p.Env = append(p.Env, flight.Var{Name: "PI_CODING_AGENT_DIR", Value: dir}, flight.Var{Name: "DAYTONA_SANDBOX_ID", Value: box.ID})
		p.Files = slices.Clone(p.Files)
		for i, v := range p.Env {
			if v.Value == mark {
				p.Env[i].Value = placeholder
			}
		}
		for i, f := range p.Files {
			if f.Path == "auth.json" && !want.Is("config", "none") {
				p.Files[i].Content = encoded(map[string]any{b.in.Kind["pi"]: map[string]any{"type": "api_key", "key": "$" + want.Get("wire.variable")}})
			}
			up.Files = append(up.Files, daytona.Upload{Path: dir + "/" + f.Path, Content: p.Files[i].Content})
		}
	}
	if c.Is("beside", "local") && b.e.Outcome != nil {
		if b.e.Twin == nil {
			b.e.Twin = &evidence.Twin{}
		}
		out := *b.e.Outcome
		if out.Error != nil {
			told := *out.Error
			out.Error = &told
		}
		b.e.Twin.Outcome = &out
	}
	cloud.Calls, cloud.Sandboxes = append(cloud.Calls, up), []daytona.Sandbox{box}
}
