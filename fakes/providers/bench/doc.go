// Command bench measures the fake providers beside aimock, the fake that most
// people use, and a bare net/http server, the least that one could be: on one
// machine, in one run, in turns. "make bench-fakes" runs it. Servers run as
// processes of their own; what counts is the processor time they take, which
// other work on the machine disturbs least.
package main
