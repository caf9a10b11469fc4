package verdict

import "math/bits"

// bitset is a set of result indexes. Sets that meet have the same size.
type bitset []uint64

func newBitset(n int) bitset { return make(bitset, (n+63)/64) }

func (b bitset) set(i int) { b[i/64] |= 1 << (i % 64) }

func (b bitset) add(other bitset) {
	for word := range b {
		b[word] |= other[word]
	}
}

func (b bitset) count() int {
	n := 0
	for _, word := range b {
		n += bits.OnesCount64(word)
	}
	return n
}

// meets reports whether the sets have a member in common.
func (b bitset) meets(other bitset) bool {
	for word := range b {
		if b[word]&other[word] != 0 {
			return true
		}
	}
	return false
}

// covers reports whether every member of other is one of b.
func (b bitset) covers(other bitset) bool {
	for word := range b {
		if other[word]&^b[word] != 0 {
			return false
		}
	}
	return true
}
