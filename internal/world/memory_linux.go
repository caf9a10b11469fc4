package world

import "golang.org/x/sys/unix"

// shared is a file system in memory that Linux machines have.
const shared = "/dev/shm"

// roomy is how much must be free there. A lane needs a few MiB; a container's
// 64 MiB are not worth the risk of a run that ends for want of space.
const roomy = 1 << 30

// inMemory is a folder in memory that a run may use, "" if there is none.
// A case makes and removes some forty files and folders, which a disk's journal
// would all go through.
func inMemory() string {
	var fs unix.Statfs_t
	if err := unix.Statfs(shared, &fs); err != nil || fs.Type != unix.TMPFS_MAGIC {
		return ""
	}
	if fs.Flags&unix.ST_NOEXEC != 0 || uint64(fs.Bsize)*fs.Bavail < roomy {
		return "" // Pi is executed from there
	}
	if unix.Access(shared, unix.W_OK) != nil {
		return ""
	}
	return shared
}
