package fleet

import "testing"

func TestFamilyAfter(t *testing.T) {
	tests := map[string]struct {
		sku   string
		image NodeImage
		to    string
		want  string
	}{
		"Ubuntu moves at 1.35":       {"Ubuntu", "AKSUbuntu-2204gen2containerd-202512.18.0", "1.35.0", "AKSUbuntu-2404gen2containerd"},
		"and beyond":                 {"Ubuntu", "AKSUbuntu-2204gen2containerd-202512.18.0", "1.36.2", "AKSUbuntu-2404gen2containerd"},
		"not before":                 {"Ubuntu", "AKSUbuntu-2204gen2containerd-202512.18.0", "1.34.9", "AKSUbuntu-2204gen2containerd"},
		"generation 1":               {"Ubuntu", "AKSUbuntu-2204containerd-202512.18.0", "1.35.1", "AKSUbuntu-2404containerd"},
		"trusted launch":             {"Ubuntu", "AKSUbuntu-2204gen2TLcontainerd-202512.18.0", "1.35.1", "AKSUbuntu-2404gen2TLcontainerd"},
		"confidential":               {"Ubuntu", "AKSUbuntu-2204gen2CVMcontainerd-202512.18.0", "1.35.1", "AKSUbuntu-2404gen2CVMcontainerd"},
		"arm64":                      {"Ubuntu", "AKSUbuntu-2204gen2arm64containerd-202512.18.0", "1.35.1", "AKSUbuntu-2404gen2arm64containerd"},
		"FIPS":                       {"Ubuntu", "AKSUbuntu-2204gen2fipscontainerd-202512.18.0", "1.35.1", "AKSUbuntu-2404gen2fipscontainerd"},
		"already moved":              {"Ubuntu", "AKSUbuntu-2404gen2containerd-202512.18.0", "1.36.0", "AKSUbuntu-2404gen2containerd"},
		"in any case":                {"ubuntu", "aksubuntu-2204gen2containerd-202512.18.0", "1.35.0", "AKSUbuntu-2404gen2containerd"},
		"pinned to 22.04":            {"Ubuntu2204", "AKSUbuntu-2204gen2containerd-202512.18.0", "1.35.0", "AKSUbuntu-2204gen2containerd"},
		"pinned to 24.04":            {"Ubuntu2404", "AKSUbuntu-2404gen2containerd-202512.18.0", "1.35.0", "AKSUbuntu-2404gen2containerd"},
		"Azure Linux moves at 1.32":  {"AzureLinux", "AKSAzureLinux-V2gen2-202512.06.0", "1.32.0", "AKSAzureLinux-V3gen2"},
		"under its old name as well": {"AzureLinux", "AKSCBLMariner-V2gen2arm64-202512.06.0", "1.33.1", "AKSAzureLinux-V3gen2arm64"},
		"Azure Linux 2 up to 1.31":   {"AzureLinux", "AKSAzureLinux-V2gen2-202512.06.0", "1.31.100", "AKSAzureLinux-V2gen2"},
		"Azure Linux 3 stays":        {"AzureLinux", "AKSAzureLinux-V3gen2-202602.13.5", "1.35.0", "AKSAzureLinux-V3gen2"},
		"Windows stays":              {"Windows2022", "AKSWindows-2022-containerd-20348.4529.251212", "1.35.0", "AKSWindows-2022-containerd"},
		"version left alone":         {"Ubuntu", "AKSUbuntu-2204gen2containerd-202512.18.0", "", "AKSUbuntu-2204gen2containerd"},
		"an image of no known shape": {"Ubuntu", "AKSUbuntu-2204", "1.35.0", ""},
		"no image known":             {"Ubuntu", "", "1.35.0", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			pool := NodePool{OSSKU: test.sku, Image: test.image, Version: KubernetesVersion{1, 31, 9}}
			if got := FamilyAfter(pool, version(t, test.to)); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestFamilyAfterAnUpgradeThatLeftTheImageBehind(t *testing.T) {
	pool := NodePool{OSSKU: "Ubuntu", Image: "AKSUbuntu-2204gen2containerd-202512.18.0", Version: KubernetesVersion{1, 35, 1}}
	if got := FamilyAfter(pool, KubernetesVersion{}); got != "AKSUbuntu-2404gen2containerd" {
		t.Errorf("got %s, want the family of the version the pool has", got)
	}
}
