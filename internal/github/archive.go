package github

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	gh "github.com/google/go-github/v60/github"
)

// maxUnpacked bounds what is unpacked of an archive, in bytes: a few kilobytes of zip can hold gigabytes.
const maxUnpacked = 64 << 20

// ErrNoRecord is in the error of reading a file of an artifact that cannot have been stored by this action: it lacks the
// file, is no zip, or is too large. Trying again finds nothing else, so whoever collects records passes it over. What GitHub
// or its storage refused, and what the network cut, is another error.
var ErrNoRecord = errors.New("it holds nothing that can be used")

// ArtifactFile reads one file of an artifact (GitHub REST API, "Download an artifact"). Its error is ErrNoRecord where the
// artifact is at fault.
func (a *API) ArtifactFile(ctx context.Context, artifact Artifact, file string) ([]byte, error) {
	reading := task{fmt.Sprintf("reading %s in artifact %q", file, artifact.Name), "actions: read"}
	if artifact.Size > maxReply {
		return nil, a.failed(reading, fmt.Errorf("%w: %w", ErrNoRecord, errTooLong))
	}
	archive, err := a.archive(ctx, artifact.ID)
	if err != nil {
		return nil, a.failed(reading, err)
	}
	content, err := unpack(archive, file)
	if err != nil {
		return nil, a.failed(reading, fmt.Errorf("%w: %w", ErrNoRecord, err))
	}
	return content, nil
}

// archive fetches a zip from where GitHub says that it is: for a minute, at an address that is signed and needs no token.
// So each try asks anew.
func (a *API) archive(ctx context.Context, id int64) ([]byte, error) {
	response, err := a.archives.do(ctx, http.MethodGet, func() (*http.Response, error) {
		address, err := a.signedAddress(ctx, id)
		if err != nil {
			return nil, &noAddress{err}
		}
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, address.String(), http.NoBody)
		if err != nil {
			return nil, &noAddress{withoutURL(err)}
		}
		response, err := a.archives.next.RoundTrip(request)
		if errors.Is(err, errTooLong) {
			err = fmt.Errorf("%w: %w", ErrNoRecord, err)
		}
		return response, err
	})
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the storage of artifacts answered %d %s", response.StatusCode, http.StatusText(response.StatusCode))
	}
	return io.ReadAll(response.Body)
}

// signedAddress asks where an artifact is stored.
func (a *API) signedAddress(ctx context.Context, id int64) (*url.URL, error) {
	address, response, err := a.client.Actions.DownloadArtifact(ctx, a.owner, a.name, id, 0)
	if err != nil {
		return nil, refusalIn(response, err)
	}
	if address.Scheme != "https" {
		return nil, errors.New("GitHub gives an address for it that is not https")
	}
	return address, nil
}

// refusalIn is the refusal that a reply holds where go-github says only that it is not the redirect it wants.
func refusalIn(response *gh.Response, err error) error {
	var malformed *url.Error
	if errors.As(err, &malformed) {
		return errors.New("GitHub gives an address for it that is none")
	}
	if response == nil {
		return err
	}
	if refused := gh.CheckResponse(response.Response); refused != nil {
		return refused
	}
	return err
}

// noAddress is the error of asking for an archive's address, which was repeated already where that helps.
type noAddress struct{ error }

// Unwrap gives the reason.
func (n *noAddress) Unwrap() error { return n.error }

// unpack takes one file out of a zip.
func unpack(archive []byte, name string) ([]byte, error) {
	reader, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		return nil, fmt.Errorf("it is not a zip: %w", err)
	}
	file, err := reader.Open(name)
	if err != nil {
		return nil, errors.New("there is no such file in it")
	}
	defer file.Close()
	content, err := io.ReadAll(io.LimitReader(file, maxUnpacked+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("unpacking it: %w", err)
	case len(content) > maxUnpacked:
		return nil, fmt.Errorf("it has more than %d MiB unpacked", maxUnpacked>>20)
	}
	return content, nil
}
