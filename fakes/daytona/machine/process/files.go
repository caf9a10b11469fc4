package process

import (
	"errors"
	"io"
	"io/fs"
	"path"
)

// Mkdir makes a folder.
func (f *folder) Mkdir(p string, mode fs.FileMode) error {
	if err := f.root.MkdirAll(inner(p), 0o755); err != nil {
		return err
	}
	return f.root.Chmod(inner(p), mode)
}

// Write writes a file.
func (f *folder) Write(p string, content io.Reader) error {
	if err := f.root.MkdirAll(path.Dir(inner(p)), 0o755); err != nil {
		return err
	}
	file, err := f.root.Create(inner(p))
	if err != nil {
		return err
	}
	_, err = io.Copy(file, content)
	return errors.Join(err, file.Close())
}

// Open opens a file for reading.
func (f *folder) Open(p string) (io.ReadCloser, error) {
	file, err := f.root.Open(inner(p))
	if err != nil {
		return nil, err
	}
	if info, err := file.Stat(); err != nil || info.IsDir() {
		return nil, errors.Join(err, file.Close(), &fs.PathError{Op: "open", Path: p, Err: errors.New("is a folder")})
	}
	return file, nil
}

// Stat describes a file or folder.
func (f *folder) Stat(p string) (fs.FileInfo, error) { return f.root.Stat(inner(p)) }

// List describes what stands in a folder, sorted by name.
func (f *folder) List(p string) ([]fs.FileInfo, error) {
	entries, err := fs.ReadDir(f.root.FS(), inner(p))
	if err != nil {
		return nil, err
	}
	var all []fs.FileInfo
	for _, e := range entries {
		if info, err := e.Info(); err == nil {
			all = append(all, info)
		}
	}
	return all, nil
}

// Delete removes a file or folder.
func (f *folder) Delete(p string, all bool) error {
	if _, err := f.root.Lstat(inner(p)); err != nil {
		return err
	}
	if all {
		return f.root.RemoveAll(inner(p))
	}
	return f.root.Remove(inner(p))
}

// Move renames a file or folder.
func (f *folder) Move(from, to string) error { return f.root.Rename(inner(from), inner(to)) }

// Chmod changes permission bits.
func (f *folder) Chmod(p string, mode fs.FileMode) error { return f.root.Chmod(inner(p), mode) }
