package verdict

// Normalise is a text of a result in words that equal results share: what
// belongs to the one cell (ids, addresses, providers, numbers) is replaced.
func Normalise(r Result, text string) string { return shorten(wordsOf(r).normalise(text)) }
