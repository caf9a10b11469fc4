package image

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func pack(t *testing.T, i Image) *Packed {
	t.Helper()
	p, err := Pack(i)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestTheSameFilesAreTheSameImage(t *testing.T) {
	program := filepath.Join(t.TempDir(), "program")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(program, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	write("one")
	i := Image{Name: "conform/test", Labels: map[string]string{"a": "b"}, Layers: []Layer{Base(), {{Path: "/opt/program", From: program}}}}
	first := pack(t, i)
	write("one") // with another date
	i.Layers[0] = slices.Clone(i.Layers[0])
	slices.Reverse(i.Layers[0]) // in another order
	if again := pack(t, i); again.ID != first.ID || again.Tag != first.Tag {
		t.Errorf("%s and %s", first.Tag, again.Tag)
	}
	write("two")
	if other := pack(t, i); other.ID == first.ID {
		t.Error("other content has the same id")
	}
	if !strings.HasPrefix(first.Tag, "conform/test:") || len(first.Tag) != len("conform/test:")+16 {
		t.Errorf("tag %q", first.Tag)
	}
}

func TestArchive(t *testing.T) {
	p := pack(t, Image{Name: "conform/test", Layers: []Layer{Base(), {{Path: "/opt/a/b", Text: "x"}, {Path: "/bin/sh", Link: "/opt/a/b"}}}})
	var out bytes.Buffer
	if _, err := p.WriteTo(&out); err != nil {
		t.Fatal(err)
	}
	files := unpack(t, &out)
	var manifest []struct {
		Config   string
		RepoTags []string
		Layers   []string
	}
	if err := json.Unmarshal(files["manifest.json"], &manifest); err != nil {
		t.Fatal(err)
	}
	m := manifest[0]
	if m.RepoTags[0] != p.Tag || "sha256:"+strings.TrimSuffix(m.Config, ".json") != p.ID || len(m.Layers) != 2 || files[m.Config] == nil {
		t.Errorf("manifest %+v of %s", m, p.ID)
	}
	top := unpack(t, bytes.NewReader(files[m.Layers[1]]))
	for _, name := range []string{"opt/", "opt/a/", "opt/a/b", "bin/", "bin/sh"} {
		if _, ok := top[name]; !ok {
			t.Errorf("no %s in the layer", name)
		}
	}
}

func unpack(t *testing.T, r io.Reader) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	archive := tar.NewReader(r)
	for {
		h, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		if files[h.Name], err = io.ReadAll(archive); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAMissingFileIsNamed(t *testing.T) {
	_, err := Pack(Image{Name: "conform/test", Layers: []Layer{{{Path: "/opt/a", From: "/no/such/file"}}}})
	if err == nil || !strings.Contains(err.Error(), "image conform/test, layer 0: /opt/a: open /no/such/file") {
		t.Errorf("got %v", err)
	}
}
