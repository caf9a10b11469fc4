package world

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"unicode/utf8"

	"github.com/agenta-ai/conform/evidence"
)

// The limits of what an entry keeps.
const (
	maxContent = 64 << 10 // bytes of a text file
	maxRead    = 16 << 20 // bytes that are looked at
	excerpt    = 200      // bytes around a mark in a file that is too large to keep
)

// snapshot lists everything below root, sorted by path; prefix is put before
// each path. What vanishes or cannot be read meanwhile is listed without
// content: the subject goes on working while its folder is looked at.
func snapshot(root, prefix string) []evidence.Entry {
	var all []evidence.Entry
	_ = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == root {
			return nil
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return nil
		}
		e := evidence.Entry{
			Path: prefix + filepath.ToSlash(rel), Mode: fmt.Sprintf("%04o", info.Mode().Perm()),
			Dir: d.IsDir(), Size: info.Size(),
		}
		switch {
		case info.Mode().IsRegular():
			e.Sum, e.Content = look(path, info.Size())
		case info.Mode()&fs.ModeSymlink != 0:
			if target, err := os.Readlink(path); err == nil {
				e.Content = "-> " + target
			}
		}
		if e.Dir {
			e.Size = 0 // says something about the file system only
		}
		all = append(all, e)
		return nil
	})
	return all
}

// look reads a file: its sum, and its text as far as an entry keeps it.
func look(path string, size int64) (sum, content string) {
	if size > maxRead {
		return "", ""
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return "", ""
	}
	return kept(data)
}

// kept is what an entry keeps of a file's content.
func kept(data []byte) (sum, content string) {
	hash := sha256.Sum256(data)
	sum = hex.EncodeToString(hash[:])[:16]
	switch at := bytes.Index(data, []byte(Mark)); {
	case len(data) <= maxContent && utf8.Valid(data):
		content = string(data)
	case at >= 0:
		from, to := max(at-excerpt, 0), min(at+len(Mark)+24+excerpt, len(data))
		content = string(bytes.ToValidUTF8(data[from:to], []byte("?")))
	}
	return sum, content
}

// emptied removes everything below a folder, or makes it.
func emptied(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		// Not there, or the file of a case that was blocked.
		return errors.Join(os.RemoveAll(dir), os.MkdirAll(dir, 0o755))
	}
	for _, e := range entries {
		if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

// block makes sure that nothing can be created below dir, by putting a file in
// its place: the permission bits of a folder do not hold for root.
func block(dir string) error {
	if err := os.Rename(dir, dir+".aside"); err != nil {
		return err
	}
	return os.WriteFile(dir, nil, 0o600)
}

// unblock undoes block. It does nothing when dir is not blocked.
func unblock(dir string) error {
	if info, err := os.Stat(dir); err == nil && info.IsDir() {
		return nil
	}
	return errors.Join(os.RemoveAll(dir), os.Rename(dir+".aside", dir))
}

// added is what stands in after and did not stand in before, or has changed.
func added(before, after []evidence.Entry) []evidence.Entry {
	known := make(map[string]evidence.Entry, len(before))
	for _, e := range before {
		known[e.Path] = e
	}
	var out []evidence.Entry
	for _, e := range after {
		if old, ok := known[e.Path]; !ok || old != e {
			out = append(out, e)
		}
	}
	return out
}
