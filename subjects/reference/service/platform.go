package service

import "github.com/agenta-ai/conform/subjects/reference/wire"

// preamble is what pi_agenta always tells its model.
const preamble = `You are an agent of the Agenta platform. You work in a folder that is made for this
run and removed after it. Say what you did and what you could not do.
`

// platformSkill is the skill that pi_agenta always brings.
const platformSkill = `---
name: agenta-platform
description: How to work inside a run of the Agenta platform. Use it when files or results have to outlive the run.
---

# Agenta platform

Files of the working folder are removed after the run. Put what the user needs into your answer.
`

// bringPlatform adds what the platform's own harness always has. The author's
// own skills and prompts come after the platform's.
func (a *agent) bringPlatform() {
	if a.Harness.Kind != "pi_agenta" {
		return
	}
	extras := &a.Harness.Extras
	if extras.AppendSystem != "" {
		extras.AppendSystem = "\n" + extras.AppendSystem
	}
	extras.AppendSystem = preamble + extras.AppendSystem
	a.Skills = append([]wire.Skill{{Name: "agenta-platform", Content: platformSkill}}, a.Skills...)
}
