//go:build e2e

package e2e

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"os/exec"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// sizeLimit is what a job may have to pull, in bytes.
const sizeLimit = 6_000_000

// savedImage is an image as docker save or BuildKit writes it.
type savedImage struct {
	Created      string
	Architecture string
	OS           string `json:"os"`
	Config       struct {
		User, WorkingDir     string
		Env, Entrypoint, Cmd []string
		Labels               map[string]string
	}
	History []struct {
		By    string `json:"created_by"`
		Empty bool   `json:"empty_layer"`
	}
	RootFS struct {
		Layers []string `json:"diff_ids"`
	}

	files      map[string]tar.Header
	contents   map[string][]byte
	compressed int
}

// saved is the image that all tests use, read once.
var saved = sync.OnceValues(func() (savedImage, error) { return load(actionImage) })

func imageOf(t *testing.T) savedImage {
	t.Helper()
	image, err := saved()
	must(t, err)
	return image
}

// load reads an image out of the engine.
func load(tag string) (savedImage, error) {
	var image savedImage
	archive, err := exec.Command("docker", "save", tag).Output()
	if err != nil {
		return image, err
	}
	_, parts, err := untar(archive)
	if err != nil {
		return image, err
	}
	var manifests []struct {
		Config string
		Layers []string
	}
	if err := json.Unmarshal(parts["manifest.json"], &manifests); err != nil {
		return image, err
	}
	if len(manifests) != 1 || len(manifests[0].Layers) != 1 {
		return image, fmt.Errorf("want one image of one layer, have %+v", manifests)
	}
	config, layer := parts[manifests[0].Config], parts[manifests[0].Layers[0]]
	image, err = imageFrom(config, layer)
	image.compressed = len(config) + gzipped(layer)
	return image, err
}

// imageFrom is the image of a configuration and its only layer.
func imageFrom(config, layer []byte) (savedImage, error) {
	var image savedImage
	if err := json.Unmarshal(config, &image); err != nil {
		return image, err
	}
	if got := []string{fmt.Sprintf("sha256:%x", sha256.Sum256(layer))}; !slices.Equal(got, image.RootFS.Layers) {
		return image, fmt.Errorf("the layer is %s, not %s", got, image.RootFS.Layers)
	}
	var err error
	image.files, image.contents, err = untar(layer)
	return image, err
}

func gzipped(content []byte) int {
	var packed bytes.Buffer
	writer := gzip.NewWriter(&packed)
	_, _ = writer.Write(content)
	_ = writer.Close()
	return packed.Len()
}

func untar(archive []byte) (map[string]tar.Header, map[string][]byte, error) {
	headers, contents := map[string]tar.Header{}, map[string][]byte{}
	for reader := tar.NewReader(bytes.NewReader(archive)); ; {
		header, err := reader.Next()
		if err == io.EOF {
			return headers, contents, nil
		}
		if err != nil {
			return nil, nil, err
		}
		content, err := io.ReadAll(reader)
		if err != nil {
			return nil, nil, err
		}
		headers[header.Name], contents[header.Name] = *header, content
	}
}

func TestImageIsSmall(t *testing.T) {
	image := imageOf(t)
	t.Logf("%.2f MB compressed", float64(image.compressed)/1e6)
	if image.compressed > sizeLimit {
		t.Errorf("the image has %d bytes compressed, more than %d", image.compressed, sizeLimit)
	}
}

// TestImageHoldsThisAndNothingElse finds a shell, a forgotten file, and times or owners that a build would leave in it.
func TestImageHoldsThisAndNothingElse(t *testing.T) {
	want := map[string]string{
		"LICENSE": "-rw-r--r--", "fleet-action": "-rwxr-xr-x",
		"etc/": "drwxr-xr-x", "etc/ssl/": "drwxr-xr-x", "etc/ssl/certs/": "drwxr-xr-x", "etc/ssl/certs/ca-certificates.crt": "-rw-r--r--",
	}
	got := map[string]string{}
	for name, header := range imageOf(t).files {
		got[name] = header.FileInfo().Mode().String()
		if header.Uid != 0 || header.Gid != 0 || header.ModTime.Unix() != 0 {
			t.Errorf("%s belongs to %d:%d and is of %s", name, header.Uid, header.Gid, header.ModTime)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestImageIsStartedAsTheRunnerNeeds: the runner's files belong to the runner's user, it sets the working directory, and
// it signals the process that the entrypoint names.
func TestImageIsStartedAsTheRunnerNeeds(t *testing.T) {
	image := imageOf(t)
	if image.Config.User != "" || strings.Trim(image.Config.WorkingDir, "/") != "" || len(image.Config.Cmd) > 0 {
		t.Errorf("user %q, working directory %q, command %q: all are the runner's to choose", image.Config.User, image.Config.WorkingDir, image.Config.Cmd)
	}
	if entry := image.Config.Entrypoint; len(entry) != 1 || !path.IsAbs(entry[0]) || image.contents[strings.TrimPrefix(entry[0], "/")] == nil {
		t.Errorf("the entrypoint %q is not the one absolute path of a file in the image", entry)
	}
	for _, label := range []string{"source", "licenses", "title", "description", "documentation"} {
		if image.Config.Labels["org.opencontainers.image."+label] == "" {
			t.Errorf("the image has no label %s", label)
		}
	}
}

func TestImageSaysItsVersion(t *testing.T) {
	image := imageOf(t)
	out, err := exec.Command("docker", "run", "--rm", "--network", "none", actionImage, "version").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if want := "fleet-action " + imageVersion + " "; !strings.HasPrefix(string(out), want) || !strings.Contains(string(out), "linux/"+image.Architecture) {
		t.Errorf("want %q and its platform, have %q", want, out)
	}
}

// TestImageTrustsRoots looks at what Go reads from the file system and scratch lacks.
func TestImageTrustsRoots(t *testing.T) {
	image := imageOf(t)
	roots := 0
	for block, rest := pem.Decode(image.contents["etc/ssl/certs/ca-certificates.crt"]); block != nil; block, rest = pem.Decode(rest) {
		roots++
	}
	if roots < 100 {
		t.Errorf("the image trusts %d roots", roots)
	}
}
