package azure

import "strings"

// adviceFor says what to do about an error code of AKS, or "" where the message says enough. The codes are those of
// the AKS troubleshooting pages ("Troubleshoot common issues when creating and upgrading clusters").
func adviceFor(code string) string {
	const capacity = "Ask for more quota in this region, or lower the pool's max surge, and run again."
	const addresses = "Give the pool's subnet more addresses, or lower the pool's max surge, and run again."
	const drain = "Find the pod disruption budget that the message names, let it allow a disruption, and run again."
	const preempted = "Another writer changed the cluster meanwhile. Find out who (auto-upgrade, a pipeline), and run again."
	const egress = "The new node could not reach what it needs to start. Check egress rules and DNS of the cluster's network."
	switch strings.ToLower(code) {
	case "unsatisfiablepdb", "poddrainfailure", "upgradefailed":
		return drain
	case "upgradeblockedondeprecatedapiusage":
		return "Stop the use of the deprecated APIs that the message names and wait 12 hours, or force the upgrade with az aks upgrade --enable-force-upgrade."
	case "quotaexceeded", "skunotavailable", "allocationfailed", "zonalallocationfailed", "overconstrainedallocationrequest":
		return capacity
	case "subnetisfull", "insufficientsubnetsize":
		return addresses
	case "nodepoolmcversionincompatible", "agentpoolupgradeversionnotallowed":
		return "The pool cannot go to this version from where it is. Make a new plan."
	case "notallagentpoolorchestratorversionspecifiedandunchanged":
		return "The pools changed since they were read, or an auto-upgrade channel is on. Make a new plan."
	case "requestdisallowedbypolicy":
		return "An Azure Policy assignment forbids this change. Exempt the cluster from it, or change what it asks for."
	case "scopelocked":
		return "Remove the management lock that the message names while the cluster is upgraded."
	case "linkedauthorizationfailed":
		return "Grant the identity the right that the message names on the linked resource, often join on the subnet."
	case "aksoperationpreempted", "aksoperationpreemptedbydelete", "originaletagnotexpect":
		return preempted
	case "vmextensionprovisioningerror":
		return egress
	case "operationnotallowed":
		return "Start the cluster if it is stopped (az aks start); otherwise the message says what AKS does not allow."
	case "resourcegroupnotfound":
		return "Create the resource group (az group create), and run again."
	default:
		return ""
	}
}
