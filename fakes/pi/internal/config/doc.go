// Package config is what Pi makes of its agent folder and its environment:
// which credentials there are, which models that makes available, which of them
// it starts with, and what a request to each of them carries.
//
// Reading and writing of auth.json, models.json and settings.json lives here.
// Nothing here talks RPC or HTTP, and nothing here prints: what is wrong with a
// file is returned, because whether Pi says it differs from file to file.
package config
