package simulator_test

import (
	"testing"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/simulator"
)

func TestReadImage(t *testing.T) {
	for _, test := range []struct {
		image           fleet.NodeImage
		family, version string // "" where it is no name of AKS
	}{
		{"AKSUbuntu-2204gen2containerd-202512.18.0", "AKSUbuntu-2204gen2containerd", "202512.18.0"},
		{"AKSUbuntu-2204gen2containerd-202410.27.0-2024.12.01", "AKSUbuntu-2204gen2containerd", "202410.27.0"},
		{"AKSAzureContainerLinux-202606.01.0", "AKSAzureContainerLinux", "202606.01.0"},
		{"AKSUbuntu-1804gen2containerd-2022.10.03", "AKSUbuntu-1804gen2containerd", "2022.10.03"},
		{"AKSUbuntu:1604:2020.03.11", "AKSUbuntu:1604", "2020.03.11"},
		{"AKSWindows-2022-containerd-20348.4529.251212", "AKSWindows-2022-containerd", "20348.4529.251212"},
		{"AKSWindows-23H2-gen2-25398.2025.251212", "AKSWindows-23H2-gen2", "25398.2025.251212"},
		{"AKSUbuntu-2204gen2containerd-202513.18.0", "", ""},
		{"AKSUbuntu-2204gen2containerd-202512.18", "", ""},
		{"AKSUbuntu-latest", "", ""},
		{"-202512.18.0", "", ""},
		{"", "", ""},
	} {
		name, ok := simulator.ReadImage(test.image)
		if ok != (test.family != "") || (ok && (name.Family != test.family || name.Version != test.version)) {
			t.Errorf("%q: got %q %q, %v", test.image, name.Family, name.Version, ok)
		}
	}
}
