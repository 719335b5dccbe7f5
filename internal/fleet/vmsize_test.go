package fleet

import (
	"strings"
	"testing"
)

// TestVMFamily lists sizes with the family and the vCPUs that the resource SKUs API gives them.
func TestVMFamily(t *testing.T) {
	tests := []struct {
		size   string
		family string
		vcpus  int
	}{
		{"Standard_D4s_v5", "standardDSv5Family", 4},
		{"Standard_D4ds_v5", "standardDDSv5Family", 4},
		{"Standard_D2_v3", "standardDv3Family", 2},
		{"Standard_D64s_v3", "standardDSv3Family", 64},
		{"Standard_D4pds_v5", "standardDPDSv5Family", 4},
		{"Standard_D16plds_v5", "standardDPLDSv5Family", 16},
		{"Standard_D128ds_v6", "StandardDdsv6Family", 128},
		{"Standard_D16pls_v6", "StandardDplsv6Family", 16},
		{"Standard_D2as_v6", "standardDav6Family", 2},
		{"Standard_D16alds_v6", "standardDaldv6Family", 16},
		{"Standard_D16nls_v6", "StandardDnlv6Family", 16},
		{"Standard_D128als_v7", "StandardDalsv7Family", 128},
		{"Standard_E8as_v4", "standardEASv4Family", 8},
		{"Standard_E16ads_v6", "standardEadv6Family", 16},
		{"Standard_E192is_v6", "StandardEsv6Family", 192},
		{"Standard_E104ids_v5", "standardEIDSv5Family", 104},
		{"Standard_E80ids_v4", "standardXEIDSv4Family", 80},
		{"Standard_E80is_v4", "standardXEISv4Family", 80},
		{"Standard_E16bds_v5", "standardEBDSv5Family", 16},
		{"Standard_B2s", "standardBSFamily", 2},
		{"Standard_B1ls", "standardBSFamily", 1},
		{"Standard_B12ms", "standardBSFamily", 12},
		{"Standard_B2als_v2", "standardBasv2Family", 2},
		{"Standard_B2ts_v2", "standardBsv2Family", 2},
		{"Standard_B16pls_v2", "standardBpsv2Family", 16},
		{"Standard_A2m_v2", "standardAv2Family", 2},
		{"Standard_F4", "standardFFamily", 4},
		{"Standard_F4s_v2", "standardFSv2Family", 4},
		{"Standard_F16als_v6", "StandardFalsv6Family", 16},
		{"Standard_FX12mds", "standardFXMDVSFamily", 12},
		{"Standard_DC2s_v2", "standardDCSv2Family", 2},
		{"Standard_DC16ds_v3", "standardDDCSv3Family", 16},
		{"Standard_DC16ads_v5", "standardDCADSv5Family", 16},
		{"Standard_DC16eds_v5", "standardDCEDV5Family", 16},
		{"Standard_EC16as_cc_v5", "standardECACCV5Family", 16},
		{"Standard_EC128ies_v5", "standardECIEV5Family", 128},
		{"Standard_L16as_v3", "standardLASv3Family", 16},
		{"Standard_M64ms", "standardMSFamily", 64},
		{"Standard_NC6s_v3", "standardNCSv3Family", 6},
		{"Standard_NC24rs_v3", "standardNCSv3Family", 24},
		{"Standard_NC4as_T4_v3", "Standard NCASv3_T4 Family", 4},
		{"Standard_NC24ads_A100_v4", "StandardNCADSA100v4Family", 24},
		{"Standard_NC40ads_H100_v5", "StandardNCadsH100v5Family", 40},
		{"Standard_NC80adis_H100_v5", "StandardNCadsH100v5Family", 80},
		{"Standard_ND40rs_v2", "standardNDSv2Family", 40},
		{"Standard_ND96asr_v4", "Standard NDASv4_A100 Family", 96},
		{"Standard_ND96amsr_A100_v4", "standard NDAMSv4_A100Family", 96},
		{"Standard_ND96isr_H100_v5", "standardNDSH100v5Family", 96},
		{"Standard_NV36adms_A10_v5", "StandardNVADSA10v5Family", 36},
		{"Standard_NV4as_v4", "standardNVSv4Family", 4},
		{"Standard_HB120rs_v2", "standardHBrsv2Family", 120},
		{"Standard_HB120rs_v3", "standardHBv3Family", 120},
		{"Standard_HC44rs", "standardHCSFamily", 44},

		// The number of an old D size is an ordinal.
		{"Standard_D1_v2", "standardDv2Family", 1},
		{"Standard_DS2_v2", "standardDSv2Family", 2},
		{"Standard_D3", "standardDFamily", 4},
		{"Standard_DS4", "standardDSFamily", 8},
		{"Standard_D5_v2", "standardDv2Family", 16},
		{"Standard_DS15_v2", "standardDSv2Family", 20},
		{"Standard_DS14_v2_Promo", "standardDSv2PromoFamily", 16},

		// A constrained size counts with the cores of the size it is made of.
		{"Standard_E4-2ds_v5", "standardEDSv5Family", 4},
		{"Standard_E16-8as_v4", "standardEASv4Family", 16},
		{"Standard_DS11-1_v2", "standardDSv2Family", 2},
		{"Standard_M8-2ms", "standardMSFamily", 8},

		{"STANDARD_d4S_V5", "standardDSv5Family", 4},
	}
	for _, test := range tests {
		t.Run(test.size, func(t *testing.T) {
			family, vcpus, ok := VMFamily(test.size)
			if !ok || !strings.EqualFold(family, test.family) || vcpus != test.vcpus {
				t.Errorf("got %s, %d, %t, want %s, %d", family, vcpus, ok, test.family, test.vcpus)
			}
		})
	}
}

func TestVMFamilyOfSizesThatDoNotTell(t *testing.T) {
	for _, size := range []string{
		"", "Standard_", "Standard_D", "Standard_4s_v5", "D4s_v5", "Basic_A1", "Standard_D4s_v5!", "Standard_D4s!_v5", "Standard_D4s5", "Standard_D4 s_v5",
		"Standard_D99999999999999999999s_v5", "Standard_D0s_v5",
		"Standard_A1", "Standard_G5", "Standard_GS4-8", "Standard_D9_v2", "Standard_M208ms_v2", "Standard_M416ds_10_v3",
	} {
		if family, vcpus, ok := VMFamily(size); ok {
			t.Errorf("%q: got %s, %d", size, family, vcpus)
		}
	}
}
