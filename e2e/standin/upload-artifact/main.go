//go:build e2e

// Command upload-artifact stands in for actions/upload-artifact where there is no GitHub: it takes the same inputs and
// gives the files to the simulated GitHub.
package main

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	if err := upload(); err != nil {
		fmt.Printf("::error::%v\n", err)
		os.Exit(1)
	}
}

func upload() error {
	name := os.Getenv("INPUT_NAME")
	files := found(strings.Fields(os.Getenv("INPUT_PATH")))
	if len(files) == 0 {
		return nothing(name)
	}
	var content bytes.Buffer
	if err := pack(&content, files); err != nil {
		return err
	}
	query := url.Values{"name": {name}}
	if os.Getenv("INPUT_OVERWRITE") == "true" {
		query.Set("overwrite", "true")
	}
	target := os.Getenv("GITHUB_API_URL") + "/_simulator/runs/" + os.Getenv("GITHUB_RUN_ID") + "/artifacts?" + query.Encode()
	return send(target, &content)
}

// found keeps the files that are there. The real action leaves out what is hidden unless it is told otherwise; a
// file that is named in full is only hidden by its own name.
func found(paths []string) []string {
	var files []string
	for _, path := range paths {
		hidden := strings.HasPrefix(filepath.Base(path), ".") && os.Getenv("INPUT_INCLUDE-HIDDEN-FILES") != "true"
		if at, err := os.Stat(path); err == nil && at.Mode().IsRegular() && !hidden {
			files = append(files, path)
		}
	}
	return files
}

func nothing(name string) error {
	if os.Getenv("INPUT_IF-NO-FILES-FOUND") == "error" {
		return fmt.Errorf("no files were found for artifact %s at %q", name, os.Getenv("INPUT_PATH"))
	}
	fmt.Printf("::warning::No files were found for artifact %s\n", name)
	return nil
}

// pack writes files of one folder under their own names, as the real action does.
func pack(to io.Writer, files []string) error {
	archive := zip.NewWriter(to)
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		entry, err := archive.Create(filepath.Base(file))
		if err != nil {
			return err
		}
		if _, err := entry.Write(content); err != nil {
			return err
		}
	}
	return archive.Close()
}

func send(target string, content io.Reader) error {
	request, err := http.NewRequest(http.MethodPost, target, content)
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer the-runtime-token-of-a-real-runner")
	request.Header.Set("Content-Type", "application/zip")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	answer, _ := io.ReadAll(response.Body)
	if response.StatusCode/100 != 2 {
		return fmt.Errorf("%s: %s %s", target, response.Status, answer)
	}
	fmt.Printf("uploaded %s\n", target)
	return nil
}
