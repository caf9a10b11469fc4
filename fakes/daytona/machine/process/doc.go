// Package process makes machines out of folders: a machine is a folder that
// stands for its root, and processes of this computer that are told to live in
// it. It needs no privilege and no engine, and it contains nobody: it is for
// programs that behave.
//
// A path of the machine such as /home/sandbox/.pi is mapped below the folder.
// The file methods cannot leave it. For processes, the text of commands and
// the values of environment variables are mapped where they name something at
// the machine's own root: /home, /tmp, and whatever else was made there. All
// other paths, such as /bin/sh, are this computer's. Ports are this computer's
// too, so two machines cannot both listen on one.
package process
