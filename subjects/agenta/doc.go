// Package agenta drives published versions of the platform's SDK as subjects. The
// driver is Python and lies in driver/; it is also the example for a driver of
// one's own. It hands turns to the SDK, reports what came back, and knows nothing
// of what a case expects.
//
// Only the service half is published: the driver claims no more.
package agenta
