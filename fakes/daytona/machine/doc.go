// Package machine says what a sandbox runs on: something with files and
// processes of its own. The cloud speaks to it through these interfaces alone,
// so a folder with processes and a container can stand behind one API.
package machine
