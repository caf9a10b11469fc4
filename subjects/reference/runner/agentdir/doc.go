// Package agentdir makes the private agent folder of one run: credentials by
// reference, models, settings, the platform's extension, skills and prompts.
// Files says what belongs in it, for a sandbox too. A folder on this machine is
// complete when Create returns, before any Pi starts, and gone after Remove. No file of it that this package writes holds a key.
package agentdir
