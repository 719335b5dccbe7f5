package github_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/simulator"
)

func planArtifact(t *testing.T, faults ...simulator.Fault) (*scene, github.Artifact) {
	t.Helper()
	s := enter(t, simulator.GitHubFile{Runs: []simulator.RunFile{{ID: 5, Artifacts: []simulator.ArtifactFile{{Name: "plan", Files: map[string]string{"plan.json": `{"a":1}`, "other": "x"}}}}}}, faults...)
	kept, _, err := s.Artifacts(t.Context(), 5, "plan")
	if err != nil || len(kept) != 1 {
		t.Fatal(kept, err)
	}
	s.sent = nil
	return s, kept[0]
}

// The simulated storage refuses a token, as Azure's does, and an address that was not given out.
func TestArtifactFile(t *testing.T) {
	s, artifact := planArtifact(t)
	got, err := s.ArtifactFile(t.Context(), artifact, "plan.json")
	if err != nil || string(got) != `{"a":1}` {
		t.Errorf("got %s, %v", got, err)
	}
}

// What no later try finds is told from what the network hid.
func TestArtifactsWithoutTheFile(t *testing.T) {
	s, artifact := planArtifact(t)
	_, err := s.ArtifactFile(t.Context(), artifact, "result.json")
	hasNoRecord(t, err, `reading result.json in artifact "plan" of org/fleet: `, "there is no such file in it")
	broken := zipped(t, "plan.json", "whole")
	broken[len("PK..")+40]++ // in what is packed
	for want, content := range map[string][]byte{"it is not a zip": []byte("zip"), "unpacking it": broken} {
		stored, err := s.GitHub().PutArtifact(5, want, content, false)
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.ArtifactFile(t.Context(), github.Artifact{ID: stored.ID, Name: "plan"}, "plan.json")
		hasNoRecord(t, err, want)
	}
}

func hasNoRecord(t *testing.T, err error, texts ...string) {
	t.Helper()
	if !errors.Is(err, github.ErrNoRecord) || github.Status(err) != 0 {
		t.Errorf("error is %v", err)
	}
	for _, text := range texts {
		if err != nil && !strings.Contains(err.Error(), text) {
			t.Errorf("error %q lacks %q", err, text)
		}
	}
}

func zipped(t *testing.T, name, content string) []byte {
	t.Helper()
	var archive bytes.Buffer
	writer := zip.NewWriter(&archive)
	file, err := writer.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	_, written := file.Write([]byte(content))
	if err := errors.Join(written, writer.Close()); err != nil {
		t.Fatal(err)
	}
	return archive.Bytes()
}

// A storage that fails says nothing of what the artifact holds.
func TestAStorageThatFailsHidesWhatItHolds(t *testing.T) {
	for _, kind := range []simulator.FaultKind{simulator.CutBefore, simulator.BadGateway} {
		s, artifact := planArtifact(t, simulator.Fault{Kind: kind, Path: "/actions-results/"})
		if _, err := s.ArtifactFile(t.Context(), artifact, "plan.json"); err == nil || errors.Is(err, github.ErrNoRecord) {
			t.Errorf("%s: error is %v", kind, err)
		}
	}
}

func TestAnArchiveWithoutEndIsNotRead(t *testing.T) {
	for _, host := range []string{"github.example", "storage.example"} {
		s := scripted(t, func(r *http.Request) *http.Response {
			response := says(302, "", "Location", "https://storage.example/a.zip")
			if r.URL.Host == host {
				response = says(200, "")
				response.Body = endless{}
			}
			return response
		})
		_, err := s.ArtifactFile(t.Context(), github.Artifact{ID: 1, Name: "plan"}, "plan.json")
		if err == nil || !strings.Contains(err.Error(), "longer than 64 MiB") || errors.Is(err, github.ErrNoRecord) != (host == "storage.example") {
			t.Errorf("%s: error is %v", host, err)
		}
	}
}

func TestNeitherTokenNorSignedAddressLeaks(t *testing.T) {
	const signed = "https://storage.example/a.zip?sig=SIGNATURE"
	for want, storage := range map[string]*http.Response{
		"answered 404 Not Found": says(404, "SIGNATURE"), "it is not a zip": says(200, "SIGNATURE"), "answered 302 Found": says(302, "", "Location", "https://third.example/?sig=SIGNATURE"),
	} {
		t.Run(want, func(t *testing.T) {
			s := scripted(t, func(r *http.Request) *http.Response {
				if r.URL.Host == "github.example" {
					return says(302, "", "Location", signed)
				}
				if r.URL.String() != signed || r.Header.Get("Authorization") != "" {
					t.Errorf("%s was asked with %v", r.URL, r.Header)
				}
				return storage
			})
			_, err := s.ArtifactFile(t.Context(), github.Artifact{ID: 1, Name: "plan"}, "plan.json")
			if err == nil || strings.Contains(err.Error(), "SIGNATURE") || strings.Contains(err.Error(), token) || !strings.Contains(err.Error(), want) {
				t.Errorf("error is %v, want %q", err, want)
			}
		})
	}
}

func TestAddressesThatAreNoneAreRefused(t *testing.T) {
	for address, want := range map[string]string{
		"http://storage.example/a.zip?sig=SIGNATURE": "not https", "https://storage.example:port/?sig=SIGNATURE": "that is none", "": "not https",
	} {
		asked := 0
		s := scripted(t, func(*http.Request) *http.Response { asked++; return says(302, "", "Location", address) })
		_, err := s.ArtifactFile(t.Context(), github.Artifact{ID: 1, Name: "plan"}, "plan.json")
		if err == nil || asked != 1 || strings.Contains(err.Error(), "SIGNATURE") || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v after %d requests", address, err, asked)
		}
	}
}

// An address is good for a minute; who waits longer has to ask for another.
func TestAStorageThatIsBusyIsAskedAgainAtANewAddress(t *testing.T) {
	s, artifact := planArtifact(t, simulator.Fault{Kind: simulator.CutBefore, Path: "/actions-results/", Call: 1}, simulator.Fault{Kind: simulator.BadGateway, Path: "/actions-results/", Call: 1},
		simulator.Fault{Kind: simulator.Throttle, Path: "/zip", Call: 3, RetryAfter: 2 * time.Minute})
	got, err := s.ArtifactFile(t.Context(), artifact, "plan.json")
	if err != nil || string(got) != `{"a":1}` {
		t.Errorf("got %s, %v", got, err)
	}
	if want := []time.Duration{time.Second, 2 * time.Second, 2 * time.Minute}; !slices.Equal(s.waits, want) || len(s.sent) != 7 {
		t.Errorf("waited %v over %q", s.waits, s.sent)
	}
}

func TestRefusalsOfArtifactsAreNotRepeated(t *testing.T) {
	s := enter(t, simulator.GitHubFile{Runs: []simulator.RunFile{{ID: 5, Artifacts: []simulator.ArtifactFile{{Name: "plan", Expired: true}}}}})
	_, expired, err := s.Artifacts(t.Context(), 5, "plan")
	if err != nil || len(expired) != 1 {
		t.Fatal(expired, err)
	}
	_, err = s.ArtifactFile(t.Context(), expired[0], "plan.json")
	refused(t, err, 410, "Artifact has expired")
	_, err = s.ArtifactFile(t.Context(), github.Artifact{ID: 99, Name: "plan"}, "plan.json")
	refused(t, err, 404, "Not Found")
	if len(s.waits) != 0 || len(s.sent) != 3 {
		t.Errorf("waited %v over %q", s.waits, s.sent)
	}
}

// bomb is a zip of a megabyte that holds 65 MiB: one packed megabyte of zeros, again and again.
func bomb(t *testing.T) []byte {
	t.Helper()
	var megabyte, archive bytes.Buffer
	packer, err := flate.NewWriter(&megabyte, flate.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	_, written := packer.Write(make([]byte, 1<<20))
	writer := zip.NewWriter(&archive)
	file, err := writer.CreateRaw(&zip.FileHeader{Name: "plan.json", Method: zip.Deflate, UncompressedSize64: 65 << 20, CompressedSize64: 1 << 20})
	if err := errors.Join(err, written, packer.Flush()); err != nil {
		t.Fatal(err)
	}
	packed := bytes.Repeat(megabyte.Bytes(), 65)
	if _, err := file.Write(append(packed, make([]byte, 1<<20-len(packed))...)); err != nil {
		t.Fatal(err)
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	return archive.Bytes()
}

func TestAnArchiveOfGigabytesIsNotUnpacked(t *testing.T) {
	s := enter(t, simulator.GitHubFile{Runs: []simulator.RunFile{{ID: 5}}})
	stored, err := s.GitHub().PutArtifact(5, "plan", bomb(t), false)
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.ArtifactFile(t.Context(), github.Artifact{ID: stored.ID, Name: "plan"}, "plan.json")
	hasNoRecord(t, err, "more than 64 MiB unpacked")
	s.sent = nil
	_, err = s.ArtifactFile(t.Context(), github.Artifact{ID: stored.ID, Name: "plan", Size: 1 << 40}, "plan.json")
	hasNoRecord(t, err, "longer than 64 MiB")
	if len(s.sent) != 0 {
		t.Errorf("sent %q", s.sent)
	}
}

func TestARReplyWithoutEndIsNotRead(t *testing.T) {
	asked := 0
	s := scripted(t, func(*http.Request) *http.Response {
		asked++
		response := says(200, "")
		response.Body = endless{}
		return response
	})
	if _, err := s.Run(t.Context(), 1); err == nil || !strings.Contains(err.Error(), "longer than 64 MiB") || asked != 1 {
		t.Errorf("error %v after %d requests", err, asked)
	}
}

type endless struct{}

func (endless) Read(into []byte) (int, error) { return len(into), nil }
func (endless) Close() error                  { return nil }
