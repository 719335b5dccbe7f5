package fleet

import "strings"

// FamilyAfter returns the image family a pool will have once it runs a Kubernetes version; the zero version stands for
// the one it has. The OS SKUs Ubuntu and AzureLinux name no release: AKS picks it by the Kubernetes version, 24.04
// from 1.35 on and Azure Linux 3 from 1.32 on. All other OS SKUs stay what they are.
// Source: https://learn.microsoft.com/azure/aks/upgrade-os-version and the AKS changelog.
func FamilyAfter(pool NodePool, to KubernetesVersion) string {
	family := pool.Image.Family()
	if to.IsZero() {
		to = pool.Version
	}
	for _, move := range osMoves(pool.OSSKU) {
		moves := len(family) >= len(move.from) && strings.EqualFold(family[:len(move.from)], move.from)
		if moves && to.AtOrAhead(move.since) {
			return move.to + family[len(move.from):]
		}
	}
	return family
}

// osMove is a release of an operating system that is followed by another from a Kubernetes version on. What follows
// in a family's name (gen2, TL, CVM, arm64, fips, containerd) stays.
type osMove struct {
	from, to string
	since    KubernetesVersion
}

func osMoves(sku string) []osMove {
	switch strings.ToLower(sku) {
	case "ubuntu":
		return []osMove{{"AKSUbuntu-2204", "AKSUbuntu-2404", KubernetesVersion{1, 35, 0}}}
	case "azurelinux":
		azureLinux3 := KubernetesVersion{1, 32, 0}
		return []osMove{
			{"AKSAzureLinux-V2", "AKSAzureLinux-V3", azureLinux3},
			{"AKSCBLMariner-V2", "AKSAzureLinux-V3", azureLinux3},
		}
	default:
		return nil
	}
}
