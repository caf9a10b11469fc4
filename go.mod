module github.com/agenta-ai/conform

go 1.26
