// Package model settles which model a run uses: the names of providers in Pi,
// the allowed set, the one pick from it, the strict flag, and what happens when
// the model that was asked for cannot be had. It talks to a session and knows
// nothing of processes.
package model
