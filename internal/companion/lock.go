package companion

import (
	"context"
	"io/fs"
	"os"
	"slices"
	"syscall"
)

// lock keeps other processes from building the same binary at the same time. It
// ends with the process that holds it, however that ends.
func lock(ctx context.Context, path string) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	done := make(chan error, 1)
	go func() { done <- syscall.Flock(int(f.Fd()), syscall.LOCK_EX) }()
	select {
	case err := <-done:
		if err != nil {
			f.Close()
			return nil, err
		}
		return func() { f.Close() }, nil
	case <-ctx.Done():
		go func() { <-done; f.Close() }() // let go as soon as it is ours
		return nil, ctx.Err()
	}
}

// sortByAge puts the oldest first.
func sortByAge(infos []fs.FileInfo) {
	slices.SortFunc(infos, func(a, b fs.FileInfo) int { return a.ModTime().Compare(b.ModTime()) })
}
