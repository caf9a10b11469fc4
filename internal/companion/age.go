package companion

import (
	"io/fs"
	"slices"
)

// sortByAge puts the oldest first.
func sortByAge(infos []fs.FileInfo) {
	slices.SortFunc(infos, func(a, b fs.FileInfo) int { return a.ModTime().Compare(b.ModTime()) })
}
