package fleet

import (
	"testing"
	"time"
)

func TestNodeImageShapes(t *testing.T) {
	tests := []struct {
		image           NodeImage
		family, version string
		built           string
	}{
		{"AKSUbuntu-2204gen2containerd-202512.18.0", "AKSUbuntu-2204gen2containerd", "202512.18.0", "2025-12-18"},
		{"AKSUbuntu-2404gen2TLcontainerd-202605.14.0", "AKSUbuntu-2404gen2TLcontainerd", "202605.14.0", "2026-05-14"},
		{"AKSUbuntu-2204gen2arm64containerd-202512.18.0", "AKSUbuntu-2204gen2arm64containerd", "202512.18.0", "2025-12-18"},
		{"AKSUbuntu-2404gen2CVMcontainerd-202512.18.0", "AKSUbuntu-2404gen2CVMcontainerd", "202512.18.0", "2025-12-18"},
		{"AKSUbuntu-2204gen2fipscontainerd-202512.18.0", "AKSUbuntu-2204gen2fipscontainerd", "202512.18.0", "2025-12-18"},
		{"AKSUbuntuEdgeZone-2204gen2containerd-202512.18.0", "AKSUbuntuEdgeZone-2204gen2containerd", "202512.18.0", "2025-12-18"},
		{"AKSUbuntu-2204gen2containerd-202606.08.1", "AKSUbuntu-2204gen2containerd", "202606.08.1", "2026-06-08"}, // a hotfix
		{"AKSAzureLinux-V3gen2-202602.13.5", "AKSAzureLinux-V3gen2", "202602.13.5", "2026-02-13"},
		{"AKSAzureLinux-V3gen2TL-202602.13.5", "AKSAzureLinux-V3gen2TL", "202602.13.5", "2026-02-13"},
		{"AKSAzureLinux-V3katagen2-202602.13.5", "AKSAzureLinux-V3katagen2", "202602.13.5", "2026-02-13"},
		{"AKSAzureLinux-OSGuardV3gen2fipsTL-202602.13.5", "AKSAzureLinux-OSGuardV3gen2fipsTL", "202602.13.5", "2026-02-13"},
		{"AKSCBLMariner-V2gen2-202512.06.0", "AKSCBLMariner-V2gen2", "202512.06.0", "2025-12-06"},
		{"AKSFlatcar-flatcargen2-202606.01.0", "AKSFlatcar-flatcargen2", "202606.01.0", "2026-06-01"},
		{"AKSAzureContainerLinux-202606.01.0", "AKSAzureContainerLinux", "202606.01.0", "2026-06-01"},
		{"AKSUbuntu-1804gen2containerd-2022.10.03", "AKSUbuntu-1804gen2containerd", "2022.10.03", "2022-10-03"},
		{"AKSUbuntu:1604:2020.03.11", "AKSUbuntu:1604", "2020.03.11", "2020-03-11"},
		{"AKSWindows-2022-containerd-20348.4529.251212", "AKSWindows-2022-containerd", "20348.4529.251212", "2025-12-12"},
		{"AKSWindows-2022-containerd-gen2-20348.4529.251212", "AKSWindows-2022-containerd-gen2", "20348.4529.251212", "2025-12-12"},
		{"AKSWindows-2025-gen2-26100.7462.251212", "AKSWindows-2025-gen2", "26100.7462.251212", "2025-12-12"},
		{"AKSWindows-23H2-gen2-25398.2025.251212", "AKSWindows-23H2-gen2", "25398.2025.251212", "2025-12-12"},
		{"AKSWindows-2019-17763.2019.221114", "AKSWindows-2019", "17763.2019.221114", "2022-11-14"},
		{"AKSUbuntu-2204gen2containerd-202410.27.0-2024.12.01", "AKSUbuntu-2204gen2containerd", "202410.27.0", "2024-10-27"}, // live-patched
	}
	for _, test := range tests {
		t.Run(string(test.image), func(t *testing.T) {
			if got := test.image.Family(); got != test.family {
				t.Errorf("family: got %q, want %q", got, test.family)
			}
			if got := test.image.Version(); got != test.version {
				t.Errorf("version: got %q, want %q", got, test.version)
			}
			if built, ok := test.image.Built(); !ok || built.Format(time.RFC3339) != test.built+"T00:00:00Z" {
				t.Errorf("built: got %s, %t, want %s in UTC", built, ok, test.built)
			}
			if !test.image.Valid() {
				t.Error("not valid")
			}
		})
	}
}

func TestNodeImageOfNoKnownShape(t *testing.T) {
	known := NodeImage("AKSUbuntu-2204gen2containerd-202512.18.0")
	for _, image := range []NodeImage{
		"",
		"latest",
		"AKSUbuntu-2204gen2containerd",
		"AKSUbuntu-2204gen2containerd-",
		"-202512.18.0",
		"202512.18.0",
		"AKSUbuntu-2204gen2containerd-202512.18",
		"AKSUbuntu-2204gen2containerd-202512.18.0.1",
		"AKSUbuntu-2204gen2containerd-202512.18.",
		"AKSUbuntu-2204gen2containerd-202512..0",
		"AKSUbuntu-2204gen2containerd-202512.8.0",
		"AKSUbuntu-2204gen2containerd-20251.18.0",
		"AKSUbuntu-2204gen2containerd-2025121.18.0",
		"AKSUbuntu-2204gen2containerd-202512.18.x",
		"AKSUbuntu-2204gen2containerd-202512.18.+1",
		"AKSUbuntu-2204gen2containerd-202512.18.1234567890",
		"AKSUbuntu-2204gen2containerd-2022.1.03",
		"AKSUbuntu-2204gen2containerd-2022.01.3",
		"AKSWindows-2022-containerd-20348.4529.2512",
		"AKSWindows-2022-containerd-20348.4529.251212 ",
	} {
		t.Run(string(image), func(t *testing.T) {
			if image.Valid() || image.Family() != "" || image.Version() != "" {
				t.Errorf("got family %q and version %q, want none", image.Family(), image.Version())
			}
			if built, ok := image.Built(); ok {
				t.Errorf("got built %s, want none", built)
			}
			if _, ok := image.Compare(image); ok {
				t.Error("ordered against itself")
			}
			if image.SameFamily(image) || image.SameFamily(known) || known.SameFamily(image) {
				t.Error("of one family with another")
			}
			if image.AtOrAhead(known) || known.AtOrAhead(image) {
				t.Error("at or ahead of another")
			}
			if got, want := image.AtOrAhead(image), image != ""; got != want {
				t.Errorf("at or ahead of itself: got %t, want %t", got, want)
			}
		})
	}
}

func TestNodeImageCompare(t *testing.T) {
	tests := map[string]struct {
		a, b  NodeImage
		order int
		ok    bool
	}{
		"equal":                   {"AKSUbuntu-2204-202512.18.0", "AKSUbuntu-2204-202512.18.0", 0, true},
		"in any case":             {"AKSUbuntu-2204-202512.18.0", "aksubuntu-2204-202512.18.0", 0, true},
		"by month":                {"AKSUbuntu-2204-202512.18.0", "AKSUbuntu-2204-202601.02.0", -1, true},
		"by day":                  {"AKSUbuntu-2204-202512.18.0", "AKSUbuntu-2204-202512.06.9", 1, true},
		"by build, as a number":   {"AKSUbuntu-2204-202512.18.9", "AKSUbuntu-2204-202512.18.10", -1, true},
		"a live patch is no more": {"AKSUbuntu-2204-202410.27.0-2024.12.01", "AKSUbuntu-2204-202410.27.0", 0, true},
		"old Linux":               {"AKSUbuntu-1804-2022.10.03", "AKSUbuntu-1804-2022.09.30", 1, true},
		"Windows by build":        {"AKSWindows-2022-20348.4529.251212", "AKSWindows-2022-20349.1.251101", -1, true},
		"Windows by revision":     {"AKSWindows-2022-20348.4529.251212", "AKSWindows-2022-20348.999.251212", 1, true},
		"Windows by day":          {"AKSWindows-2022-20348.4529.251212", "AKSWindows-2022-20348.4529.260113", -1, true},
		"another family":          {"AKSUbuntu-2204-202512.18.0", "AKSUbuntu-2404-202512.18.0", 0, false},
		"another shape":           {"AKSUbuntu-1804-2022.10.03", "AKSUbuntu-1804-202210.12.0", 0, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			order, ok := test.a.Compare(test.b)
			if order != test.order || ok != test.ok {
				t.Errorf("got %d, %t, want %d, %t", order, ok, test.order, test.ok)
			}
			back, ok := test.b.Compare(test.a)
			if back != -test.order || ok != test.ok {
				t.Errorf("the other way round: got %d, %t, want %d, %t", back, ok, -test.order, test.ok)
			}
			if got, want := test.a.AtOrAhead(test.b), test.ok && test.order >= 0; got != want {
				t.Errorf("at or ahead: got %t, want %t", got, want)
			}
		})
	}
}

func TestNodeImageSameFamily(t *testing.T) {
	image := NodeImage("AKSUbuntu-2204gen2containerd-202512.18.0")
	for other, want := range map[NodeImage]bool{
		"AKSUbuntu-2204gen2containerd-202601.02.0": true,
		"aksubuntu-2204GEN2containerd-202601.02.0": true,
		"AKSUbuntu-2204containerd-202512.18.0":     false,
	} {
		if got := image.SameFamily(other); got != want {
			t.Errorf("%s: got %t, want %t", other, got, want)
		}
	}
}

func TestNodeImageBuiltOnNoDay(t *testing.T) {
	for _, image := range []NodeImage{
		"AKSUbuntu-2204-202513.18.0", "AKSUbuntu-2204-202500.18.0", "AKSUbuntu-2204-202502.29.0", "AKSUbuntu-2204-202512.00.0",
		"AKSUbuntu-1804-2022.13.03", "AKSWindows-2022-20348.4529.251300",
	} {
		if built, ok := image.Built(); ok {
			t.Errorf("%s: got %s, want none", image, built)
		}
	}
}

func FuzzNodeImage(f *testing.F) {
	for _, seed := range []string{"", "-", "AKSUbuntu:1604:2020.03.11", "AKSUbuntu-2204-202410.27.0-2024.12.01", "AKSWindows-2022-20348.4529.251212"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		image := NodeImage(text)
		family, version := image.Family(), image.Version()
		if image.Valid() != (family != "" && version != "") {
			t.Errorf("%q: valid %t with family %q and version %q", text, image.Valid(), family, version)
		}
		if !image.Valid() {
			return
		}
		if text[:len(family)] != family || text[len(family)+1:len(family)+1+len(version)] != version {
			t.Errorf("%q is not family %q and version %q", text, family, version)
		}
		if order, ok := image.Compare(image); order != 0 || !ok {
			t.Errorf("%q against itself: %d, %t", text, order, ok)
		}
	})
}

func BenchmarkNodeImageCompare(b *testing.B) {
	pairs := map[string][2]NodeImage{
		"Linux":   {"AKSUbuntu-2204gen2containerd-202512.18.0", "AKSUbuntu-2204gen2containerd-202601.02.0"},
		"Windows": {"AKSWindows-2022-containerd-20348.4529.251212", "AKSWindows-2022-containerd-20348.4600.260113"},
	}
	for name, pair := range pairs {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, ok := pair[0].Compare(pair[1]); !ok {
					b.Fatal("not ordered")
				}
			}
		})
	}
}

func TestSameImage(t *testing.T) {
	const image = NodeImage("AKSUbuntu-2204gen2containerd-202602.10.0")
	tests := []struct {
		a, b NodeImage
		want bool
	}{
		{image, image, true},
		{image, "aksubuntu-2204gen2containerd-202602.10.0", true},
		{image, image + "-2026.02.12", true},
		{image, "AKSUbuntu-2204gen2containerd-202602.10.1", false},
		{image, "AKSUbuntu-2404gen2containerd-202602.10.0", false},
		{"custom", "custom", true},
		{"custom", "other", false},
		{"", "", false},
	}
	for _, test := range tests {
		if got := test.a.Same(test.b); got != test.want {
			t.Errorf("%q and %q are the same: %v", test.a, test.b, got)
		}
	}
}
