package strategy

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/fleet-update-action/internal/fleet"
)

func TestWishInPlaceOfTheStrategy(t *testing.T) {
	minor, _ := fleet.ParseKubernetesVersion("1.34")
	patch, _ := fleet.ParseKubernetesVersion("1.35.1")
	image := []fleet.NodeImage{"AKSUbuntu-2204gen2containerd-202510.19.0"}
	full := Upgrade{Engine: "direct", Type: Full, Kubernetes: minor, Images: Consistent}
	custom := Upgrade{Engine: "direct", Type: NodeImageOnly, Images: Custom, Custom: image}
	tests := []struct {
		name string
		of   Upgrade
		wish Wish
		want Upgrade
		err  string
	}{
		{"nothing", full, Wish{}, full, ""},
		{"nothing of Custom", custom, Wish{}, custom, ""},
		{"another version", full, Wish{Kubernetes: "1.35.1"}, Upgrade{Engine: "direct", Type: Full, Kubernetes: patch, Images: Consistent}, ""},
		{"images alone", full, Wish{Type: "NodeImageOnly"}, Upgrade{Engine: "direct", Type: NodeImageOnly, Images: Consistent}, ""},
		{"other images", full, Wish{Images: "Latest"}, Upgrade{Engine: "direct", Type: Full, Kubernetes: minor, Images: Latest}, ""},
		{"no images of the strategy's", custom, Wish{Images: "Latest"}, Upgrade{Engine: "direct", Type: NodeImageOnly, Images: Latest}, ""},
		{"everything", custom, Wish{"Full", "1.34", "Custom"}, Upgrade{Engine: "direct", Type: Full, Kubernetes: minor, Images: Custom, Custom: image}, ""},
		{"a version with images alone", full, Wish{Type: "NodeImageOnly", Kubernetes: "1.35.1"}, Upgrade{}, "NodeImageOnly takes no Kubernetes version"},
		{"a version for a strategy of images", custom, Wish{Kubernetes: "1.35.1"}, Upgrade{}, "NodeImageOnly takes no Kubernetes version"},
		{"no version", custom, Wish{Type: "Full"}, Upgrade{}, "Full needs a Kubernetes version, and"},
		{"no images", full, Wish{Images: "Custom"}, Upgrade{}, "the strategy names none"},
		{"not a version", full, Wish{Kubernetes: "latest"}, Upgrade{}, `"latest" is not a Kubernetes version`},
		{"version zero", full, Wish{Kubernetes: "0.1"}, Upgrade{}, `"0.1" is not a Kubernetes version`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := test.wish.Granted(test.of)
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) {
					t.Fatalf("error is %v, want %q", err, test.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
