package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"maps"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/report"
	"github.com/org/fleet-update-action/internal/simulator"
	"github.com/org/fleet-update-action/internal/simulator/wire"
)

func simulateCommand() command {
	return command{
		name:    "simulate",
		summary: "serves a simulated fleet on a loopback address, in real time, until it is interrupted",
		example: "fleet-action simulate --fleet fleet.yml --listen 127.0.0.1:0",
		options: []string{"fleet", "listen"},
		run:     simulate,
	}
}

func simulate(ctx context.Context, c call) (answer, error) {
	world, err := loadWorld(c.values["fleet"], c.now())
	if err != nil {
		return answer{}, err
	}
	listener, err := listenLoopback(c.values["listen"])
	if err != nil {
		return answer{}, err
	}
	folder, err := os.MkdirTemp("", "fleet-action-simulate-")
	if err != nil {
		return answer{}, fmt.Errorf("making a folder for the certificate: %w", err)
	}
	defer func() { _ = os.RemoveAll(folder) }()
	certificate, err := selfSigned(filepath.Join(folder, "certificate.pem"), c.now())
	if err != nil {
		return answer{}, err
	}
	server := &http.Server{
		Handler:           wire.Live(wire.Handler(world), world, c.now),
		TLSConfig:         &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12},
		ReadHeaderTimeout: 10 * time.Second,
	}
	fmt.Fprint(c.stdout, simulateGreeting("https://"+listener.Addr().String(), world.GitHub().Repository().FullName(), filepath.Join(folder, "certificate.pem")))
	return answer{document: report.Sentence("# stopped")}, serve(ctx, server, listener)
}

// loadWorld reads the fleet file, or takes the demonstration as of now. A file with mistakes is refused.
func loadWorld(file string, now time.Time) (*simulator.World, error) {
	content := simulator.DemoAt(now)
	if file != "" {
		var err error
		if content, err = os.ReadFile(file); err != nil {
			return nil, wrongInput(fmt.Sprintf("reading the simulated fleet: %v", err), "name the file with --fleet")
		}
	}
	world, findings := simulator.Load(file, content)
	if fleet.HasErrors(findings) {
		return nil, refuse("Simulated fleet "+file, findings, exitInput, "mend the fleet file; docs/simulator.md describes it")
	}
	return world, nil
}

// listenLoopback listens on loopback only: the simulator accepts any token it made, and everyone can ask it for one.
func listenLoopback(address string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(address)
	if ip := net.ParseIP(host); err != nil || ip == nil || !ip.IsLoopback() {
		return nil, wrongInput(fmt.Sprintf("--listen %q is not a loopback address with a port", address), "write it like 127.0.0.1:0")
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, wrongInput(err.Error(), "choose another port with --listen; port 0 takes a free one")
	}
	return listener, nil
}

func serve(ctx context.Context, server *http.Server, listener net.Listener) error {
	ended := make(chan error, 1)
	go func() { ended <- server.ServeTLS(listener, "", "") }()
	select {
	case err := <-ended:
		return fmt.Errorf("serving the simulated fleet: %w", err)
	case <-ctx.Done():
		return server.Close()
	}
}

// simulatorEnvironment is the environment of a job that logs in to a simulator at that endpoint: GitHub's OIDC token,
// exchanged at Entra's endpoint for one of Azure, and GitHub's API.
func simulatorEnvironment(endpoint, repository string) map[string]string {
	return map[string]string{
		"ACTIONS_ID_TOKEN_REQUEST_TOKEN":  wire.RequestToken,
		"ACTIONS_ID_TOKEN_REQUEST_URL":    endpoint + "/oidc/token",
		"AZURE_AUTHORITY_HOST":            endpoint + "/",
		"AZURE_CLIENT_ID":                 "11111111-1111-4111-8111-111111111111",
		"AZURE_RESOURCE_MANAGER_ENDPOINT": endpoint,
		"AZURE_TENANT_ID":                 "22222222-2222-4222-8222-222222222222",
		"GITHUB_API_URL":                  endpoint + "/api/v3",
		"GITHUB_REPOSITORY":               repository,
		"GITHUB_TOKEN":                    "simulated-token",
	}
}

// simulateGreeting says where the simulator is and how to point fleet-action at it.
func simulateGreeting(endpoint, repository, certificate string) string {
	environment := simulatorEnvironment(endpoint, repository)
	environment["SSL_CERT_FILE"] = certificate
	var text strings.Builder
	fmt.Fprintf(&text, "# a simulated Azure is served at %s until this is interrupted; in another shell:\n", endpoint)
	for _, name := range slices.Sorted(maps.Keys(environment)) {
		fmt.Fprintf(&text, "export %s='%s'\n", name, environment[name])
	}
	return text.String()
}

// selfSigned makes a certificate for the loopback addresses and writes it where clients can be told to trust it: the
// Azure identity library speaks to https alone.
func selfSigned(file string, now time.Time) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("making the simulator's key: %w", err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()), Subject: pkix.Name{CommonName: "fleet-action simulate"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(0, 1, 0), IsCA: true, BasicConstraintsValid: true,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}, DNSNames: []string{"localhost"},
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("making the simulator's certificate: %w", err)
	}
	content := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	if err := os.WriteFile(file, content, 0o600); err != nil {
		return tls.Certificate{}, fmt.Errorf("writing the simulator's certificate: %w", err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}
