// Package docker is the backend that stages cases in containers.
//
// What lives below:
//
//   - engine finds the container engine, asks it what there is, and removes what
//     a run left. It has the standard library only, so that every start of
//     conform can afford it.
//   - wire is the conversation between conform, its keeper and the agents.
//   - agent is the program in a lane's container: it builds the same world as
//     the process backend has, and stages one case after another in it.
//   - sandbox is a sandbox of the cloud as a container: the agent in it, and what
//     makes machines of such containers for a lane's cloud. It says where the
//     control plane lives, and why.
//   - shell is the shell of the containers.
//   - keeper is the program beside conform that owns the containers of a run. It
//     outlives conform, to remove them.
//   - image makes images out of files, without a builder and without a registry.
//
// Nothing here knows the matrix, the contract or the reports.
package docker
