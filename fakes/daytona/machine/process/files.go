package process

import (
	"errors"
	"io"
	"io/fs"
	"path"
)

// Mkdir makes a folder.
func (f *folder) Mkdir(p string, mode fs.FileMode) error {
	if err := f.root.MkdirAll(f.at(p), 0o755); err != nil {
		return err
	}
	return f.root.Chmod(f.at(p), mode)
}

// Write writes a file.
func (f *folder) Write(p string, content io.Reader) error {
	if err := f.root.MkdirAll(path.Dir(f.at(p)), 0o755); err != nil {
		return err
	}
	file, err := f.root.Create(f.at(p))
	if err != nil {
		return err
	}
	_, err = io.Copy(file, content)
	return errors.Join(err, file.Close())
}

// Open opens a file for reading.
func (f *folder) Open(p string) (io.ReadCloser, error) {
	file, err := f.root.Open(f.at(p))
	if err != nil {
		return nil, err
	}
	if info, err := file.Stat(); err != nil || info.IsDir() {
		return nil, errors.Join(err, file.Close(), &fs.PathError{Op: "open", Path: p, Err: errors.New("is a folder")})
	}
	return file, nil
}

// Stat describes a file or folder.
func (f *folder) Stat(p string) (fs.FileInfo, error) { return f.root.Stat(f.at(p)) }

// List describes what stands in a folder, sorted by name.
func (f *folder) List(p string) ([]fs.FileInfo, error) {
	entries, err := fs.ReadDir(f.root.FS(), f.at(p))
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
	p = f.entry(p)
	if _, err := f.root.Lstat(p); err != nil {
		return err
	}
	if all {
		return f.root.RemoveAll(p)
	}
	return f.root.Remove(p)
}

// Move renames a file or folder.
func (f *folder) Move(from, to string) error { return f.root.Rename(f.entry(from), f.entry(to)) }

// Chmod changes permission bits.
func (f *folder) Chmod(p string, mode fs.FileMode) error { return f.root.Chmod(f.at(p), mode) }
