package daytona

import (
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"time"

	"github.com/agenta-ai/conform/fakes/daytona/machine"
)

// info is a file as the API describes it.
type info struct {
	Name        string `json:"name"`
	Path        string `json:"path"`
	IsDir       bool   `json:"isDir"`
	Size        int64  `json:"size"`
	Mode        string `json:"mode"`
	Permissions string `json:"permissions"`
	ModTime     string `json:"modTime"`
	ModifiedAt  string `json:"modifiedAt"`
	Owner       string `json:"owner"`
	Group       string `json:"group"`
}

func describe(p string, i fs.FileInfo) info {
	at := i.ModTime().UTC().Format(time.RFC3339)
	return info{
		Name: i.Name(), Path: p, IsDir: i.IsDir(), Size: i.Size(), Mode: i.Mode().String(),
		Permissions: fmt.Sprintf("%04o", i.Mode().Perm()), ModTime: at, ModifiedAt: at, Owner: "sandbox", Group: "sandbox",
	}
}

// asked is a path in the query; it must be there.
func asked(r *request, name string) (string, error) {
	p := r.URL.Query().Get(name)
	if p == "" {
		return "", fail(http.StatusBadRequest, "%s is required", name)
	}
	return p, nil
}

func listFiles(r *request, m machine.Machine) (answer, error) {
	p := r.URL.Query().Get("path")
	if p == "" {
		p = m.Home()
	}
	depth := 1
	if text := r.URL.Query().Get("depth"); text != "" {
		var err error
		if depth, err = strconv.Atoi(text); err != nil || depth < 1 {
			return answer{}, fail(http.StatusBadRequest, "depth: %q is no number of levels", text)
		}
	}
	all, err := below(m, p, "", depth)
	if err != nil {
		return answer{}, failed(p, err)
	}
	return ok(all)
}

// below lists a folder to a depth, names relative to where the list began.
func below(m machine.Machine, dir, prefix string, depth int) ([]info, error) {
	all := []info{}
	entries, err := m.List(dir)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		d := describe(path.Join(dir, e.Name()), e)
		d.Name = prefix + e.Name()
		all = append(all, d)
		if e.IsDir() && depth > 1 {
			more, err := below(m, path.Join(dir, e.Name()), d.Name+"/", depth-1)
			if err != nil {
				return nil, err
			}
			all = append(all, more...)
		}
	}
	return all, nil
}

func fileInfo(r *request, m machine.Machine) (answer, error) {
	p, err := asked(r, "path")
	if err != nil {
		return answer{}, err
	}
	i, err := m.Stat(p)
	if err != nil {
		return answer{}, failed(p, err)
	}
	return ok(describe(p, i))
}

func deleteFile(r *request, m machine.Machine) (answer, error) {
	p, err := asked(r, "path")
	if err != nil {
		return answer{}, err
	}
	if err := m.Delete(p, r.URL.Query().Get("recursive") == "true"); err != nil {
		return answer{}, failed(p, err)
	}
	return answer{status: http.StatusNoContent}, nil
}

// mode reads permission bits in octal, 0755 if there are none.
func mode(text string) (fs.FileMode, error) {
	if text == "" {
		return 0o755, nil
	}
	bits, err := strconv.ParseUint(text, 8, 12)
	if err != nil {
		return 0, fail(http.StatusBadRequest, "mode: %q is not octal", text)
	}
	return fs.FileMode(bits), nil
}

func makeFolder(r *request, m machine.Machine) (answer, error) {
	p, err := asked(r, "path")
	if err != nil {
		return answer{}, err
	}
	bits, err := mode(r.URL.Query().Get("mode"))
	if err != nil {
		return answer{}, err
	}
	if err := m.Mkdir(p, bits); err != nil {
		return answer{}, failed(p, err)
	}
	return answer{status: http.StatusCreated}, nil
}

func moveFile(r *request, m machine.Machine) (answer, error) {
	from, err := asked(r, "source")
	if err != nil {
		return answer{}, err
	}
	to, err := asked(r, "destination")
	if err != nil {
		return answer{}, err
	}
	if err := m.Move(from, to); err != nil {
		return answer{}, failed(from, err)
	}
	return answer{status: http.StatusOK}, nil
}

func setPermissions(r *request, m machine.Machine) (answer, error) {
	p, err := asked(r, "path")
	if err != nil {
		return answer{}, err
	}
	if text := r.URL.Query().Get("mode"); text != "" {
		bits, err := mode(text)
		if err != nil {
			return answer{}, err
		}
		if err := m.Chmod(p, bits); err != nil {
			return answer{}, failed(p, err)
		}
	}
	return answer{status: http.StatusOK}, nil
}
