// Package wire carries one HTTP request to a provider, the way Pi's runtime
// does: through the proxies of the environment (for loopback addresses too, and
// by CONNECT for plain http as well), trusting the certificates that
// NODE_EXTRA_CA_CERTS names, and recorded.
//
// It speaks HTTP/1.1 by itself instead of using net/http, whose initialisation
// alone costs more than the rest of a short process, and the fake is started
// thousands of times in a night. Dialects of providers do not live here.
package wire
