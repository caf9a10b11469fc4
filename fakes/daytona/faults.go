package daytona

import "time"

// Faults say how the cloud misbehaves. The zero value is a cloud that is well.
type Faults struct {
	// Create makes new sandboxes end in state error.
	Create bool
	// Refuse makes the request for a new sandbox fail with this status.
	Refuse int
	// Slow is how long a sandbox takes from its creation until it is started.
	Slow time.Duration
	// Upload is the number of the upload, from 1, that fails in each sandbox.
	Upload int
	// UploadOf names the files whose upload fails, by the last part of the path.
	UploadOf []string
	// Kill kills the command of a session when input is sent to it for the n-th
	// time, counted from 1.
	Kill int
	// Before are files that a new sandbox has already, by path: what is left when
	// it is not as new as it should be.
	Before map[string]string
}

func (f Faults) upload(count int, name string) bool {
	if f.Upload > 0 && count == f.Upload {
		return true
	}
	for _, n := range f.UploadOf {
		if n == name {
			return true
		}
	}
	return false
}
