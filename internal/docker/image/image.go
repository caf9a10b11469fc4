// Package image makes container images out of files: no builder, no registry.
// An image is named by its content, so the same files have the same name and id
// on every machine, and whether it has to be loaded is one question to the
// engine.
package image

import (
	"archive/tar"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path"
	"runtime"
	"slices"
	"strings"
	"time"
)

// Image says what is in an image. Layers come from the bottom up; those that
// seldom change belong below.
type Image struct {
	Name   string            `json:"name"` // without a tag
	Labels map[string]string `json:"labels,omitempty"`
	Env    []string          `json:"env,omitempty"`
	Layers []Layer           `json:"layers"`
}

// Layer is a set of files.
type Layer []File

// File is one file, folder or link of a layer.
type File struct {
	Path string `json:"path"`           // absolute, in the image
	From string `json:"from,omitempty"` // file of this machine whose content it has
	Text string `json:"text,omitempty"` // content, when From is ""
	Link string `json:"link,omitempty"` // target of a symbolic link
	Dir  bool   `json:"dir,omitempty"`
	Mode int64  `json:"mode,omitempty"` // 0 is 0755
}

// Base are the files that programs expect of any machine.
func Base() Layer {
	return Layer{
		{Path: "/etc", Dir: true}, {Path: "/etc/passwd", Text: "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n", Mode: 0o644},
		{Path: "/etc/group", Text: "root:x:0:\nnogroup:x:65534:\n", Mode: 0o644},
		// A container without a network gets no such file from its engine.
		{Path: "/etc/hosts", Text: "127.0.0.1\tlocalhost\n::1\tlocalhost\n", Mode: 0o644},
		{Path: "/etc/nsswitch.conf", Text: "passwd: files\ngroup: files\nhosts: files dns\n", Mode: 0o644},
		{Path: "/root", Dir: true, Mode: 0o700}, {Path: "/tmp", Dir: true, Mode: 0o1777},
	}
}

// Packed is an image that is ready to be loaded.
type Packed struct {
	Tag    string // name and tag
	ID     string // as the engine will call it
	config []byte
	image  Image
	sums   []string // of the layers
	sizes  []int64  // of their archives
}

// Pack computes name and id. It reads every file once.
func Pack(i Image) (*Packed, error) {
	p := &Packed{image: i}
	for n, layer := range i.Layers {
		h := sha256.New()
		size := &counter{w: h}
		if err := write(size, layer); err != nil {
			return nil, fmt.Errorf("image %s, layer %d: %w", i.Name, n, err)
		}
		p.sums = append(p.sums, "sha256:"+hex.EncodeToString(h.Sum(nil)))
		p.sizes = append(p.sizes, size.n)
	}
	var err error
	p.config, err = json.Marshal(map[string]any{
		// A date of its own would give the same files another id.
		"created": time.Unix(0, 0).UTC(), "architecture": runtime.GOARCH, "os": "linux",
		"config":  map[string]any{"Labels": i.Labels, "Env": i.Env},
		"rootfs":  map[string]any{"type": "layers", "diff_ids": p.sums},
		"history": history(len(i.Layers)),
	})
	if err != nil {
		return nil, fmt.Errorf("image %s: %w", i.Name, err)
	}
	sum := sha256.Sum256(p.config)
	p.ID = "sha256:" + hex.EncodeToString(sum[:])
	p.Tag = i.Name + ":" + hex.EncodeToString(sum[:8])
	return p, nil
}

func history(layers int) []map[string]any {
	var all []map[string]any
	for range layers {
		all = append(all, map[string]any{"created": time.Unix(0, 0).UTC(), "created_by": "conform"})
	}
	return all
}

// WriteTo writes the archive that engines load.
func (p *Packed) WriteTo(w io.Writer) (int64, error) {
	counted := &counter{w: w}
	archive := tar.NewWriter(counted)
	put := func(name string, text []byte) error {
		if err := archive.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(text)), Format: tar.FormatPAX}); err != nil {
			return err
		}
		_, err := archive.Write(text)
		return err
	}
	id := strings.TrimPrefix(p.ID, "sha256:")
	var names []string
	for n, layer := range p.image.Layers {
		name := fmt.Sprintf("layer-%d.tar", n)
		names = append(names, name)
		if err := archive.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: p.sizes[n], Format: tar.FormatPAX}); err != nil {
			return counted.n, err
		}
		if err := write(archive, layer); err != nil {
			return counted.n, err
		}
	}
	manifest, err := json.Marshal([]map[string]any{{"Config": id + ".json", "RepoTags": []string{p.Tag}, "Layers": names}})
	if err == nil {
		err = put(id+".json", p.config)
	}
	if err == nil {
		err = put("manifest.json", manifest)
	}
	if err == nil {
		err = archive.Close()
	}
	return counted.n, err
}

// write writes a layer: the same bytes for the same files.
func write(w io.Writer, layer Layer) error {
	archive := tar.NewWriter(w)
	for _, f := range withFolders(layer) {
		if err := f.write(archive); err != nil {
			return fmt.Errorf("%s: %w", f.Path, err)
		}
	}
	return archive.Close()
}

// withFolders sorts the files and adds the folders that they lie in: an engine
// makes missing ones, as it likes.
func withFolders(layer Layer) Layer {
	all := slices.Clone(layer)
	known := map[string]bool{"/": true}
	for _, f := range layer {
		known[path.Clean(f.Path)] = true
	}
	for _, f := range layer {
		for dir := path.Dir(path.Clean(f.Path)); !known[dir]; dir = path.Dir(dir) {
			known[dir] = true
			all = append(all, File{Path: dir, Dir: true})
		}
	}
	slices.SortFunc(all, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return all
}

func (f File) write(archive *tar.Writer) error {
	h := &tar.Header{Name: strings.TrimPrefix(path.Clean(f.Path), "/"), Mode: f.Mode, ModTime: time.Unix(0, 0), Format: tar.FormatPAX, Typeflag: tar.TypeReg}
	if h.Mode == 0 {
		h.Mode = 0o755
	}
	var content io.Reader = strings.NewReader(f.Text)
	h.Size = int64(len(f.Text))
	switch {
	case f.Dir:
		h.Typeflag, h.Name = tar.TypeDir, h.Name+"/"
	case f.Link != "":
		h.Typeflag, h.Linkname = tar.TypeSymlink, f.Link
	case f.From != "":
		in, err := os.Open(f.From)
		if err != nil {
			return err
		}
		defer in.Close()
		info, err := in.Stat()
		if err != nil {
			return err
		}
		content, h.Size = in, info.Size()
	}
	if err := archive.WriteHeader(h); err != nil {
		return err
	}
	_, err := io.Copy(archive, content)
	return err
}

// counter counts what is written.
type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	return c.w.Write(p)
}

var _ io.WriterTo = (*Packed)(nil)
