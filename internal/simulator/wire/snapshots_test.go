package wire_test

import (
	"net/http"
	"testing"
	"time"
)

func TestSnapshots(t *testing.T) {
	c := small(t)
	path := subscription + "/resourceGroups/rg-shots" + provider + "/snapshots"
	refused(t, c.send("GET", path+"/shot"+version, ""), 404, "ResourceNotFound", true)
	body := `{"location":"northeurope","tags":{"made-by":"test"},"properties":{"creationData":{"sourceResourceId":"` + clusters + `/aks-two/agentPools/system"}}}`
	got := c.send("PUT", path+"/shot"+version, body)
	if got.status != http.StatusCreated || got.header.Get("Azure-AsyncOperation") != "" {
		t.Errorf("got %d %v: making a snapshot is no long-running operation", got.status, got.header)
	}
	shot := at(c.get(path+version).json(t), "value", 0)
	for _, test := range []struct {
		field string
		want  any
	}{
		{"nodeImageVersion", "AKSUbuntu-2204gen2containerd-202601.05.0"}, {"kubernetesVersion", "1.33.5"}, {"osSku", "Ubuntu"},
		{"vmSize", "Standard_D4s_v5"}, {"provisioningState", "Succeeded"},
	} {
		if got := at(shot, "properties", test.field); got != test.want {
			t.Errorf("%s is %v, want %v", test.field, got, test.want)
		}
	}
	if at(shot, "tags", "made-by") != "test" {
		t.Errorf("its tags are %v", at(shot, "tags"))
	}
	got = c.send("POST", one+"/agentPools/user/upgradeNodeImageVersion"+version, "", "AKSSnapshotId", at(shot, "id").(string))
	if got.status != http.StatusAccepted || at(got.json(t), "properties", "creationData", "sourceResourceId") != at(shot, "id") {
		t.Errorf("got %d %s", got.status, got.body)
	}
	c.step(time.Hour)
	if got := c.send("DELETE", path+"/shot"+version, ""); got.status != http.StatusOK {
		t.Errorf("deleted with %d", got.status)
	}
	if got := c.send("DELETE", path+"/shot"+version, ""); got.status != http.StatusNoContent {
		t.Errorf("deleted again with %d", got.status)
	}
	if all := at(c.get(subscription+provider+"/snapshots"+version).json(t), "value").([]any); len(all) != 0 {
		t.Errorf("%d are left", len(all))
	}
}
