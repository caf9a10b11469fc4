package engine

import (
	"os"
	"strconv"
	"strings"
	"syscall"
)

// The labels of everything that a run creates on an engine.
const (
	LabelRun     = "conform.run"     // the run's id
	LabelLane    = "conform.lane"    // the lane that a container belongs to
	LabelSandbox = "conform.sandbox" // a container for a sandbox of the cloud
	labelHost    = "conform.host"    // machine and process namespace of its conform
	labelBoot    = "conform.boot"    // start of that machine
	labelPID     = "conform.pid"     // conform's process
	labelStart   = "conform.start"   // and when it started, since ids are used again
)

// LabelImage is on images. No container may have it as its own: images hand
// their labels down.
const LabelImage = "conform.image"

// Owner is the process that a run belongs to.
type Owner struct {
	Host  string
	Boot  string
	PID   int
	Start string
}

// Self is this process as an owner.
func Self() Owner {
	return Owner{Host: host(), Boot: read("/proc/sys/kernel/random/boot_id"), PID: os.Getpid(), Start: started(os.Getpid())}
}

// Labels are those of everything that a run of this owner creates.
func (o Owner) Labels(run string) map[string]string {
	return map[string]string{
		LabelRun: run, labelHost: o.Host, labelBoot: o.Boot, labelPID: strconv.Itoa(o.PID), labelStart: o.Start,
	}
}

// ownerOf reads the labels of a thing.
func ownerOf(labels map[string]string) Owner {
	pid, _ := strconv.Atoi(labels[labelPID]) // 0 is nobody
	return Owner{Host: labels[labelHost], Boot: labels[labelBoot], PID: pid, Start: labels[labelStart]}
}

// Fate is what is known of an owner.
type Fate int

// The fates.
const (
	Unknown Fate = iota // it ran on another machine, or in a container
	Alive
	Dead
)

// Fate says whether the owner still runs. Of processes that cannot be seen from
// here nothing is known.
func (o Owner) Fate() Fate {
	here := Self()
	switch {
	case o.PID <= 0 || o.Host != here.Host || here.Start == "":
		return Unknown
	case o.Boot != here.Boot:
		return Dead
	case started(o.PID) == o.Start:
		return Alive
	case started(o.PID) == "" && syscall.Kill(o.PID, 0) == nil:
		return Unknown
	}
	return Dead
}

// host names the machine and the process namespace, in which process ids mean
// something.
func host() string {
	name, _ := os.Hostname() // a machine without a name has an empty one
	namespace, _ := os.Readlink("/proc/self/ns/pid")
	return name + " " + namespace
}

// started is when a process began, in clock ticks since the start of the
// machine; "" when it cannot be found.
func started(pid int) string {
	stat := read("/proc/" + strconv.Itoa(pid) + "/stat")
	// The second field is a name in parentheses, which may hold anything.
	fields := strings.Fields(stat[strings.LastIndexByte(stat, ')')+1:])
	const state, start = 0, 19
	if len(fields) <= start || fields[state] == "Z" {
		return ""
	}
	return fields[start]
}

func read(path string) string {
	text, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(text))
}
