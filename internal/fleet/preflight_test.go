package fleet

import "testing"

func TestQuotaKeysAreEqualInAnySpelling(t *testing.T) {
	quotas := map[QuotaKey]Quota{NewQuotaKey("1A", "WestEurope", "StandardDdsv6Family"): {Used: 2, Limit: 10}}
	family, _, _ := VMFamily("Standard_D4ds_v6")
	if _, ok := quotas[NewQuotaKey("1a", "westeurope", family)]; !ok {
		t.Errorf("family %s is not found in %v", family, quotas)
	}
}
