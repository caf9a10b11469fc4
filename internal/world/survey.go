package world

import (
	"fmt"
	"io"
	"path"

	"github.com/agenta-ai/conform/evidence"
	"github.com/agenta-ai/conform/fakes/daytona/machine"
)

// survey is snapshot for a folder of a machine; paths are the machine's own.
// Where a link leads to is not seen from here.
func survey(files machine.Files, dir string) []evidence.Entry {
	var all []evidence.Entry
	infos, err := files.List(dir)
	if err != nil {
		return nil // it is gone, or never was
	}
	for _, info := range infos {
		e := evidence.Entry{Path: path.Join(dir, info.Name()), Mode: fmt.Sprintf("%04o", info.Mode().Perm()), Dir: info.IsDir()}
		if !e.Dir {
			e.Size = info.Size()
		}
		if info.Mode().IsRegular() && info.Size() <= maxRead {
			e.Sum, e.Content = fetched(files, e.Path)
		}
		all = append(all, e)
		if e.Dir {
			all = append(all, survey(files, e.Path)...)
		}
	}
	return all
}

func fetched(files machine.Files, path string) (sum, content string) {
	f, err := files.Open(path)
	if err != nil {
		return "", ""
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxRead))
	if err != nil {
		return "", ""
	}
	return kept(data)
}
