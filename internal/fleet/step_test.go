package fleet

import (
	"encoding/json"
	"testing"
)

func TestProblemAsError(t *testing.T) {
	for want, problem := range map[string]Problem{
		"QuotaExceeded: no cores left": {Code: "QuotaExceeded", Message: "no cores left", Advice: "ask for more"},
		"the connection was cut":       {Message: "the connection was cut"},
	} {
		if got := problem.Error(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestStepSaysNothingOfWhatItLeavesAlone(t *testing.T) {
	const want = `{"cluster":"","kind":"PoolImage","pool":"user"}`
	got, err := json.Marshal(Step{Kind: PoolImage, Pool: "user"})
	if err != nil || string(got) != want {
		t.Errorf("got %s and error %v, want %s", got, err, want)
	}
}
