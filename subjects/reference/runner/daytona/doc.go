// Package daytona is a client of the sandbox cloud, as much of it as a runner
// needs: sandboxes, secrets, files, and one command in a session with its
// output and input as streams. What is put into a sandbox is for others.
package daytona
