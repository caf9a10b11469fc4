package evidence

// Mark is how a canary stands in sealed evidence: its label in guillemets.
func Mark(label string) string { return "«" + label + "»" }
