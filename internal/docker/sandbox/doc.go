// Package sandbox is a sandbox of the cloud as a container: the agent that runs
// in it, and the Maker with which a lane's cloud uses it.
//
// Where what lives: the cloud's API, its faults, its journal and the egress
// proxies of its sandboxes stay in the lane's container, with the other fakes of
// the lane. The engine belongs to the keeper, on the machine of conform: a lane
// has no way to the engine, and so neither has what runs in it. For a sandbox the
// lane's agent asks the keeper, who answers with a container that was started
// ahead and that no one has used, and from then on carries bytes between the two.
//
// A sandbox's container has no network but its own loopback. Its agent's standard
// input and output are the only way in and out: files, commands, and the
// connections to its proxy, which end in the lane. What its processes were given
// is seen by Pi in the container itself, as in a lane; the agent hands Pi's
// records over before the container ends. With the sandbox its container goes:
// none serves two.
package sandbox
