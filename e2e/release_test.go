//go:build e2e

package e2e

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"debug/elf"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"
)

// epoch is the time that images are given here, in the place of that of the released commit.
const epoch = 1_767_323_045

// rehearsal is how the release builds the image the first of its two times.
type rehearsal struct {
	platforms, outputs, buildKit string
}

// readRehearsal takes it from release.yml.
func readRehearsal(t testing.TB) rehearsal {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(repository, ".github/workflows/release.yml"))
	must(t, err)
	var workflow struct {
		Jobs map[string]struct {
			Steps []struct {
				ID   string
				With map[string]string
			}
		}
	}
	must(t, yaml.Unmarshal(content, &workflow))
	var r rehearsal
	for _, step := range workflow.Jobs["image"].Steps {
		if step.ID == "rehearsal" {
			r.platforms, r.outputs = step.With["platforms"], step.With["outputs"]
		}
		if match := regexp.MustCompile(`^image=moby/buildkit:(v[\d.]+)@`).FindStringSubmatch(step.With["driver-opts"]); match != nil {
			r.buildKit = match[1]
		}
	}
	if r.platforms == "" || r.outputs == "" || r.buildKit == "" {
		t.Fatalf("release.yml: found %+v", r)
	}
	return r
}

// outputTo is the release's output, into another file.
func (r rehearsal) outputTo(archive string) string {
	return regexp.MustCompile(`dest=[^,]*`).ReplaceAllLiteralString(r.outputs, "dest="+archive)
}

// TestReleasedImageIsTheSameTwice builds the image twice as the release does, with the release's BuildKit: from the
// repository, and then from a copy of its files that lies elsewhere and is younger.
func TestReleasedImageIsTheSameTwice(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		notRun(t, "it takes minutes: go test -tags e2e ./e2e -run Released")
	}
	r := readRehearsal(t)
	checkBuildKitVersion(t, r)
	b := startBuildKit(t)
	modules, err := serveModules()
	must(t, err)
	defer modules.close()
	first := b.released(t, repository, r, modules.address)
	second := b.released(t, copied(t), r, modules.address)
	t.Logf("%s\n%s", first.digest, second.digest)
	if first.digest != second.digest {
		t.Errorf("the second build is another image (-first +second)\n%s", cmp.Diff(first, second, cmp.AllowUnexported(releasedImage{}, savedImage{}), cmp.Transformer("sum", sum)))
	}
	for platform, machine := range map[string]elf.Machine{"linux/amd64": elf.EM_X86_64, "linux/arm64": elf.EM_AARCH64} {
		t.Run(platform, func(t *testing.T) { checkBinary(t, first.images[platform], machine) })
	}
}

// checkBuildKitVersion: another BuildKit may write the same image otherwise.
func checkBuildKitVersion(t testing.TB, r rehearsal) {
	t.Helper()
	list := exec.Command("go", "list", "-m", "-f", "{{.Version}}", "github.com/moby/buildkit")
	list.Dir = "buildkit"
	version, err := list.Output()
	must(t, err)
	if here := strings.TrimSpace(string(version)); here != r.buildKit {
		t.Errorf("release.yml builds with BuildKit %s, and e2e/buildkit/go.mod names %s: write the one into the other", r.buildKit, here)
	}
}

// copied is a folder with those files of the repository that go into a build.
func copied(t testing.TB) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "elsewhere")
	ignored, err := os.ReadFile(filepath.Join(repository, ".dockerignore"))
	must(t, err)
	names := []string{"Dockerfile", ".dockerignore"}
	for line := range strings.Lines(string(ignored)) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "!"); ok {
			names = append(names, name)
		}
	}
	for _, name := range names {
		from := filepath.Join(repository, name)
		if at, err := os.Stat(from); err == nil && at.IsDir() {
			must(t, os.CopyFS(filepath.Join(folder, name), os.DirFS(from)))
			continue
		}
		content, err := os.ReadFile(from)
		must(t, err)
		write(t, filepath.Join(folder, name), string(content))
	}
	return folder
}

// releasedImage is what the release would push: the digest of it all, and the image of each platform with its own.
type releasedImage struct {
	digest    string
	manifests map[string]string
	images    map[string]savedImage
}

// released builds a folder as the release does.
func (b *buildKit) released(t testing.TB, folder string, r rehearsal, modules string) releasedImage {
	t.Helper()
	archive := filepath.Join(t.TempDir(), "image.tar")
	must(t, b.build(folder, archive, r, modules))
	content, err := os.ReadFile(archive)
	must(t, err)
	_, parts, err := untar(content)
	must(t, err)
	var layout, index manifest
	must(t, json.Unmarshal(parts["index.json"], &layout))
	built := releasedImage{digest: layout.Manifests[0].Digest, manifests: map[string]string{}, images: map[string]savedImage{}}
	must(t, json.Unmarshal(layout.Manifests[0].of(parts), &index))
	for _, one := range index.Manifests {
		platform := one.Platform.OS + "/" + one.Platform.Architecture
		built.manifests[platform] = one.Digest
		built.images[platform] = one.image(t, parts)
	}
	if got := slices.Sorted(maps.Keys(built.images)); strings.Join(got, ",") != r.platforms {
		t.Fatalf("built for %q, want %s", got, r.platforms)
	}
	return built
}

// of is the piece itself.
func (p piece) of(parts map[string][]byte) []byte {
	return parts["blobs/"+strings.ReplaceAll(p.Digest, ":", "/")]
}

// image reads the image whose manifest the piece is.
func (p piece) image(t testing.TB, parts map[string][]byte) savedImage {
	t.Helper()
	var one manifest
	must(t, json.Unmarshal(p.of(parts), &one))
	if len(one.Layers) != 1 || one.Layers[0].Kind != kindGzipLayer {
		t.Fatalf("want one layer of kind %s, have %+v", kindGzipLayer, one.Layers)
	}
	unpacked, err := gzip.NewReader(bytes.NewReader(one.Layers[0].of(parts)))
	must(t, err)
	layer, err := io.ReadAll(unpacked)
	must(t, err)
	image, err := imageFrom(one.Config.of(parts), layer)
	must(t, err)
	image.compressed = int(p.Size + one.Config.Size + one.Layers[0].Size)
	return image
}

// sum stands for the contents of a file, which nobody can read.
func sum(content []byte) string { return fmt.Sprintf("sha256:%x", sha256.Sum256(content)) }

func checkBinary(t *testing.T, image savedImage, machine elf.Machine) {
	t.Logf("%.2f MB compressed", float64(image.compressed)/1e6)
	if image.compressed > sizeLimit {
		t.Errorf("the image has %d bytes compressed, more than %d", image.compressed, sizeLimit)
	}
	binary, err := elf.NewFile(bytes.NewReader(image.contents["fleet-action"]))
	must(t, err)
	if binary.Machine != machine || binary.Section(".interp") != nil {
		t.Errorf("the binary is for %s, or is not static", binary.Machine)
	}
}
