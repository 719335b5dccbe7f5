package fleet

import "testing"

func TestRegionLatest(t *testing.T) {
	const image NodeImage = "AKSUbuntu-2204gen2containerd-202512.18.0"
	region := Region{Images: map[string]NodeImage{"aksubuntu-2204gen2containerd": image}}
	for family, want := range map[string]NodeImage{
		"AKSUbuntu-2204gen2containerd": image,
		"aksubuntu-2204gen2containerd": image,
		"AKSUbuntu-2404gen2containerd": "",
		"":                             "",
	} {
		if got, ok := region.Latest(family); got != want || ok != (want != "") {
			t.Errorf("%q: got %q, %t, want %q", family, got, ok, want)
		}
	}
	if got, ok := (Region{}).Latest("AKSUbuntu-2204gen2containerd"); ok {
		t.Errorf("got %q from a region that was not read", got)
	}
}

func TestOfferedVersionOnlyLongTerm(t *testing.T) {
	tests := map[string]struct {
		plans []string
		want  bool
	}{
		"long-term alone":    {[]string{"AKSLongTermSupport"}, true},
		"both":               {[]string{"AKSLongTermSupport", "KubernetesOfficial"}, false},
		"official alone":     {[]string{"KubernetesOfficial"}, false},
		"Azure does not say": {nil, false},
	}
	for name, test := range tests {
		if got := (OfferedVersion{SupportPlans: test.plans}).OnlyLongTerm(); got != test.want {
			t.Errorf("%s: got %t, want %t", name, got, test.want)
		}
	}
}
