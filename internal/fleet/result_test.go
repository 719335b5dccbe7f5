package fleet

import (
	"encoding/json"
	"testing"
)

func TestStateTerminal(t *testing.T) {
	for state, want := range map[State]bool{
		NotStarted: false, Running: false, Pending: false, Stopping: false, Stopped: false,
		Skipped: true, Failed: true, Completed: true,
	} {
		if got := state.Terminal(); got != want {
			t.Errorf("%s: got %t, want %t", state, got, want)
		}
	}
}

func TestMemberResultSaysNothingOfWhatIsNotKnown(t *testing.T) {
	const want = `{"name":"aks-1","cluster":"","state":"NotStarted"}`
	got, err := json.Marshal(MemberResult{Name: "aks-1", State: NotStarted})
	if err != nil || string(got) != want {
		t.Errorf("got %s and error %v, want %s", got, err, want)
	}
}
