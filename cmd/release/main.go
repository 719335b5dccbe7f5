// Command release writes a release into the repository's files; .github/workflows/release.yml commits what it writes.
//
//	go run ./cmd/release check v1.2.3                 # is this a version
//	go run ./cmd/release digest v1.2.3 sha256:…       # action.yml runs this image
//	go run ./cmd/release pin v1.2.3 COMMIT            # the reusable workflows use the action of this commit
//
// There are two commits, as a commit cannot name itself: the first holds the image's digest, the second the first's SHA.
package main

import (
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"regexp"
)

// What a release is known by.
const (
	image  = "ghcr.io/org/fleet-update-action"
	action = "org/fleet-update-action"
)

var (
	versionForm = regexp.MustCompile(`^v(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$`)
	digestForm  = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)
	commitForm  = regexp.MustCompile(`^[0-9a-f]{40}$`)

	imageLine = regexp.MustCompile(`(?m)^(runs:\n  using: docker\n  image: ).*$`)
	usesLine  = regexp.MustCompile(`(?m)^( *(?:- )?uses: ` + regexp.QuoteMeta(action) + `)@.*$`)
)

func main() {
	log.SetFlags(0)
	if err := write(".", os.Args[1:]); err != nil {
		log.Fatal("release: ", err)
	}
}

// write carries out one command on the repository at root.
func write(root string, words []string) error {
	if len(words) < 2 {
		return errors.New("say check VERSION, digest VERSION DIGEST or pin VERSION COMMIT")
	}
	if !versionForm.MatchString(words[1]) {
		return fmt.Errorf("%q is not a version; write it as v1.2.3", words[1])
	}
	switch {
	case words[0] == "check" && len(words) == 2:
		return nil
	case words[0] == "digest" && len(words) == 3:
		return writeDigest(root, words[1], words[2])
	case words[0] == "pin" && len(words) == 3:
		return writePins(root, words[1], words[2])
	default:
		return fmt.Errorf("%q is not known like this", words)
	}
}

// writeDigest has action.yml run the image with a digest.
func writeDigest(root, version, digest string) error {
	if !digestForm.MatchString(digest) {
		return fmt.Errorf("%q is not a digest", digest)
	}
	return rewrite(filepath.Join(root, "action.yml"), imageLine, "docker://"+image+"@"+digest+" # "+version)
}

// reusable are the workflows that callers use, and that use the action.
func reusable() []string {
	return []string{
		".github/workflows/stage.yml", ".github/workflows/gate.yml", ".github/workflows/stage-v3.yml", ".github/workflows/gate-v3.yml",
	}
}

// writePins has the reusable workflows use the action of a commit.
func writePins(root, version, commit string) error {
	if !commitForm.MatchString(commit) {
		return fmt.Errorf("%q is not the full SHA of a commit", commit)
	}
	for _, file := range reusable() {
		if err := rewrite(filepath.Join(root, filepath.FromSlash(file)), usesLine, "@"+commit+" # "+version); err != nil {
			return err
		}
	}
	return nil
}

// rewrite gives every line that matches a new end after its first group. A file without such a line is not what this
// program knows, and nothing is released from it.
func rewrite(path string, line *regexp.Regexp, end string) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if !line.Match(content) {
		return fmt.Errorf("%s has no line %s", path, line)
	}
	return os.WriteFile(path, line.ReplaceAll(content, []byte("${1}"+end)), 0o644)
}
