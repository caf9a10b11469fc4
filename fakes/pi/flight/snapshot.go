package flight

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// maxEntries bounds a snapshot: somebody may point Pi at a home directory.
const maxEntries = 4096

// Snapshot describes the folder dir: its permission bits ("" if it does not
// exist) and everything below it, sorted by path. A link is described as what
// it leads to, because that is what Pi reads; folders behind links are not
// entered. What cannot be read is left out of Content and joined in the error,
// and the rest is still there.
func Snapshot(dir string) (mode string, files []File, err error) {
	info, err := os.Stat(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil, nil
	}
	if err != nil {
		return "", nil, fmt.Errorf("snapshot: %w", err)
	}
	mode = octal(info.Mode())
	if !info.IsDir() {
		return mode, nil, nil
	}
	s := snapshot{root: dir}
	s.walk("")
	slices.SortFunc(s.files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return mode, s.files, errors.Join(s.errs...)
}

type snapshot struct {
	root  string
	files []File
	errs  []error
}

func (s *snapshot) walk(below string) {
	entries, err := os.ReadDir(filepath.Join(s.root, below))
	if err != nil {
		s.errs = append(s.errs, fmt.Errorf("snapshot: %w", err))
	}
	for _, entry := range entries {
		if len(s.files) == maxEntries {
			s.errs = append(s.errs, fmt.Errorf("snapshot of %s: cut after %d entries", s.root, maxEntries))
			return
		}
		path := filepath.Join(below, entry.Name())
		info, err := os.Stat(filepath.Join(s.root, path))
		if err != nil { // a link that leads nowhere, or gone since
			s.files = append(s.files, File{Path: filepath.ToSlash(path)})
			continue
		}
		file := File{Path: filepath.ToSlash(path), Mode: octal(info.Mode()), Dir: info.IsDir()}
		switch {
		case info.Mode().IsRegular():
			file.Size = info.Size()
			if err := s.read(&file, path); err != nil {
				s.errs = append(s.errs, fmt.Errorf("snapshot: %w", err))
			}
			s.files = append(s.files, file)
		default:
			s.files = append(s.files, file)
			if entry.IsDir() {
				s.walk(path)
			}
		}
	}
}

func (s *snapshot) read(file *File, path string) error {
	f, err := os.Open(filepath.Join(s.root, path))
	if err != nil {
		return err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, MaxContent+1))
	if len(text) > MaxContent {
		text, file.Cut = text[:MaxContent], true
	}
	file.Content = string(text)
	return err
}

func octal(mode fs.FileMode) string { return fmt.Sprintf("%04o", mode.Perm()) }
