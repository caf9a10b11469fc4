//go:build !race

package pitest

const raced = false
