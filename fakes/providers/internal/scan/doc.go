// Package scan finds members and elements in JSON text without making values of
// it, so that a prompt of any size is looked through once and copied nowhere. It
// accepts exactly what encoding/json accepts. It knows nothing of dialects.
package scan
