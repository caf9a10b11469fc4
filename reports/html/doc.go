// Package html writes a run as one HTML file that needs no network, no server
// and no second file: an index of all cells, their evidence in compressed chunks
// that the browser unpacks when a cell is opened, and the page that shows them.
//
// Data never becomes markup. Here it is only ever written as base64, and the
// page puts it into text nodes; a content security policy forbids everything
// but the one script and the one style sheet that this package wrote. What is
// shown where is decided in assets/; nothing in this package judges.
package html
