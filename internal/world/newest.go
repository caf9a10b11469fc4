package world

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// maxNew is how many new ids are looked at one by one. Beyond it a look at all
// processes is as cheap.
const maxNew = 512

// newest is the id that the machine gave out last, to a process or a thread; 0
// where that is not known.
func newest() int {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(text))
	if len(fields) == 0 {
		return 0
	}
	id, err := strconv.Atoi(fields[len(fields)-1])
	if err != nil {
		return 0
	}
	return id
}

// runningSince lists the processes that execute this file, knowing that none
// did when before was the newest id. Ids are given out in ascending order, so
// it is enough to look at those since: a machine has hundreds of processes, and
// a case starts a few. Where the order says nothing, because ids began anew or
// are not known, all processes are looked at.
func runningSince(executable string, before int) []int {
	after := newest()
	if before == 0 || after < before || after-before > maxNew {
		return running(executable)
	}
	for id := before + 1; id <= after; id++ {
		exe, err := os.Readlink(filepath.Join("/proc", strconv.Itoa(id), "exe"))
		if err == nil && exe == executable {
			return running(executable) // a thread has its process's executable
		}
	}
	return nil
}
