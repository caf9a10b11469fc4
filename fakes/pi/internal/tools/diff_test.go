package tools

import "testing"

// TestDiff covers the two forms in which an edit tells what it changed.
func TestDiff(t *testing.T) {
	for _, test := range []struct {
		name, before, after, numbered string
		first                         int
		patch                         string
	}{
		{
			"a line", "one line\nand another\n", "one line\nand the last\n",
			" 1 one line\n-2 and another\n+2 and the last", 2,
			"--- f\n+++ f\n@@ -1,2 +1,2 @@\n one line\n-and another\n+and the last\n",
		},
		{
			"no newline at the end", "a", "b", "-1 a\n+1 b", 1,
			"--- f\n+++ f\n@@ -1,1 +1,1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n",
		},
		{
			"far from the start", "1\n2\n3\n4\n5\n6\nx\n", "1\n2\n3\n4\n5\n6\ny\n",
			"   ...\n 3 3\n 4 4\n 5 5\n 6 6\n-7 x\n+7 y", 7,
			"--- f\n+++ f\n@@ -3,5 +3,5 @@\n 3\n 4\n 5\n 6\n-x\n+y\n",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			text, first := numbered(test.before, test.after)
			if text != test.numbered || first != test.first {
				t.Errorf("got %q and %d, want %q and %d", text, first, test.numbered, test.first)
			}
			if got := patch("f", test.before, test.after); got != test.patch {
				t.Errorf("got %q, want %q", got, test.patch)
			}
		})
	}
}
