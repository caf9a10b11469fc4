// Package strictyaml decodes YAML, and JSON with it, into structs and refuses
// whatever it does not know, with file, line and column. It knows nothing of
// what the files of a fake mean.
package strictyaml
