//go:build e2e

package e2e

import (
	"archive/tar"
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Kinds of pieces of an image (OCI image specification).
const (
	kindIndex     = "application/vnd.oci.image.index.v1+json"
	kindManifest  = "application/vnd.oci.image.manifest.v1+json"
	kindConfig    = "application/vnd.oci.image.config.v1+json"
	kindLayer     = "application/vnd.oci.image.layer.v1.tar"
	kindGzipLayer = kindLayer + "+gzip"
)

// piece is a descriptor: what names a piece of an image by its content.
type piece struct {
	Kind     string `json:"mediaType"`
	Digest   string `json:"digest"`
	Size     int64  `json:"size"`
	Platform *struct {
		OS           string `json:"os"`
		Architecture string `json:"architecture"`
	} `json:"platform,omitempty"`
}

// manifest is that of one image, or with Manifests an index of several.
type manifest struct {
	Version   int     `json:"schemaVersion"`
	Kind      string  `json:"mediaType"`
	Config    *piece  `json:"config,omitempty"`
	Layers    []piece `json:"layers,omitempty"`
	Manifests []piece `json:"manifests,omitempty"`
}

// baseImage is the image that the Dockerfile begins with, in the Docker engine.
func baseImage(t testing.TB) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(repository, "Dockerfile"))
	must(t, err)
	for line := range strings.Lines(string(content)) {
		if name, ok := strings.CutPrefix(line, "ARG GO_IMAGE="); ok {
			name = strings.TrimSpace(name)
			if docker("image", "inspect", name) != nil { // an engine that builds with BuildKit need not keep it
				must(t, docker("pull", "--quiet", name))
			}
			return name
		}
	}
	t.Fatal("the Dockerfile has no GO_IMAGE")
	return ""
}

// layOut writes an image of the Docker engine as an OCI layout, and returns its name with its digest there.
func layOut(image, folder string) (string, error) {
	blobs := filepath.Join(folder, "blobs", "sha256")
	if err := os.MkdirAll(blobs, 0o755); err != nil {
		return "", err
	}
	saved, listed, err := unpack(image, blobs)
	if err != nil {
		return "", err
	}
	described, err := describe(saved, listed, blobs)
	if err != nil {
		return "", err
	}
	index, err := json.Marshal(manifest{Version: 2, Kind: kindIndex, Manifests: []piece{described}})
	if err != nil {
		return "", err
	}
	for name, content := range map[string]string{"index.json": string(index), "oci-layout": `{"imageLayoutVersion": "1.0.0"}`} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o644); err != nil {
			return "", err
		}
	}
	return image + "@" + described.Digest, nil
}

// unpack stores what the Docker engine saves of an image.
func unpack(image, blobs string) (saved map[string]piece, listed []byte, err error) {
	command := exec.Command("docker", "save", image)
	archive, err := command.StdoutPipe()
	if err != nil {
		return nil, nil, err
	}
	if err := command.Start(); err != nil {
		return nil, nil, err
	}
	saved, listed, err = keep(archive, blobs)
	_, _ = io.Copy(io.Discard, archive)
	if ended := command.Wait(); err == nil && ended != nil {
		err = fmt.Errorf("%s: %w", command, ended)
	}
	return saved, listed, err
}

// keep stores the files of an archive that docker save wrote by their digests. Listed is the one that lists the others.
func keep(archive io.Reader, blobs string) (saved map[string]piece, listed []byte, err error) {
	saved = map[string]piece{}
	for reader := tar.NewReader(archive); ; {
		header, err := reader.Next()
		switch {
		case err == io.EOF:
			return saved, listed, nil
		case err != nil:
			return nil, nil, err
		case header.Name == "manifest.json":
			listed, err = io.ReadAll(reader)
		case header.Typeflag == tar.TypeReg:
			saved[header.Name], err = store(reader, blobs)
		}
		if err != nil {
			return nil, nil, err
		}
	}
}

// store stores a piece by its digest. Its kind is that of a layer, until its place says otherwise.
func store(content io.Reader, blobs string) (piece, error) {
	file, err := os.CreateTemp(blobs, "")
	if err != nil {
		return piece{}, err
	}
	defer func() { _ = file.Close() }()
	begins, sum, stored := bufio.NewReader(content), sha256.New(), piece{Kind: kindLayer}
	if magic, _ := begins.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		stored.Kind = kindGzipLayer
	}
	if stored.Size, err = io.Copy(io.MultiWriter(file, sum), begins); err != nil {
		return piece{}, err
	}
	hex := fmt.Sprintf("%x", sum.Sum(nil))
	stored.Digest = "sha256:" + hex
	return stored, os.Rename(file.Name(), filepath.Join(blobs, hex))
}

// describe makes the manifest of the image whose pieces are stored.
func describe(saved map[string]piece, listed []byte, blobs string) (piece, error) {
	var images []struct {
		Config string
		Layers []string
	}
	if err := json.Unmarshal(listed, &images); err != nil || len(images) != 1 {
		return piece{}, fmt.Errorf("docker save lists %s: %w", listed, err)
	}
	config, ok := saved[images[0].Config]
	config.Kind = kindConfig
	made := manifest{Version: 2, Kind: kindManifest, Config: &config}
	for _, name := range images[0].Layers {
		layer, found := saved[name]
		ok = ok && found
		made.Layers = append(made.Layers, layer)
	}
	if !ok {
		return piece{}, fmt.Errorf("docker save lists what it does not hold: %s", listed)
	}
	content, err := json.Marshal(made)
	if err != nil {
		return piece{}, err
	}
	described, err := store(bytes.NewReader(content), blobs)
	described.Kind = kindManifest
	return described, err
}
