package report

import (
	"strconv"
	"strings"
	"testing"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

func TestLive(t *testing.T) {
	tests := []struct {
		name   string
		result fleet.Result
		style  Style
	}{
		{"live-not-begun", fleet.Result{At: noon}, Style{}},
		{"live-halfway", halfway(), Style{Width: 120}},
		{"live-halfway-narrow", halfway(), Style{Width: 60}},
		{"live-halfway-colour", halfway(), Style{Width: 120, Colour: true}},
		{"live-halfway-9-lines", halfway(), Style{Width: 120, Height: 9}},
		{"live-over", twoStagesDone(), Style{Width: 120}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			frame := Live(threeStages(), test.result, test.result.At, test.style)
			golden(t, test.name+".golden.txt", strings.ReplaceAll(strings.Join(frame, "\n")+"\n", "\x1b", "␛"))
		})
	}
}

// running is a result for large in which every member of the first stage runs, and one has failed.
func running(p plan.Plan) fleet.Result {
	s := fleet.StageResult{Name: p.Stages[0].Name, State: fleet.Running, StartedAt: noon}
	for _, g := range p.Stages[0].Groups {
		group := fleet.GroupResult{Name: g.Name, State: fleet.Running}
		for _, m := range g.Members {
			r := notDone(m, fleet.Running, "")
			r.StartedAt = noon
			group.Members = append(group.Members, r)
		}
		s.Groups = append(s.Groups, group)
	}
	s.Groups[0].Members[0].State = fleet.Failed
	return fleet.Result{StartedAt: noon, At: noon, Stages: []fleet.StageResult{s}}
}

func TestLiveKeepsToItsHeightAndWidth(t *testing.T) {
	p := large(1000)
	for _, height := range []int{2, 5, 24, 50} {
		frame := Live(p, running(p), minutes(3), Style{Width: 80, Height: height})
		if len(frame) > height {
			t.Errorf("%d lines, want at most %d", len(frame), height)
		}
		if last := frame[len(frame)-1]; !strings.Contains(last, "more") {
			t.Errorf("height %d: the last line does not say how many are missing: %q", height, last)
		}
		for _, line := range frame {
			if width(line) > 80 {
				t.Errorf("%d columns, want at most 80: %q", width(line), line)
			}
		}
	}
}

func TestLiveShowsWhatIsUnderWayBeforeAnythingElse(t *testing.T) {
	r := halfway()
	for height := 24; height >= 8; height-- {
		frame := strings.Join(Live(threeStages(), r, r.At, Style{Height: height}), "\n")
		for _, name := range []string{"aks-batch-1", "aks-eu-1"} {
			if !strings.Contains(frame, name) {
				t.Errorf("height %d: %s is running or has failed and is not shown:\n%s", height, name, frame)
			}
		}
	}
}

func TestAWaitIsSaidOnce(t *testing.T) {
	r := halfway()
	r.Stages[1].Groups[0].Members[1].Reason = "waits: its maintenance window opens next at 2026-11-24 20:00Z"
	frame := strings.Join(Live(threeStages(), r, r.At, Style{}), "\n")
	if want := "aks-eu-2     ⏸ waits        its maintenance window opens next at 2026-11-24 20:00Z\n"; !strings.Contains(frame, want) {
		t.Errorf("%q is not in:\n%s", want, frame)
	}
	changes := strings.Join(Changes(threeStages(), fleet.Result{}, r), "\n")
	if want := "aks-eu-2  Pending: its maintenance window opens next at 2026-11-24 20:00Z\n"; !strings.Contains(changes, want) {
		t.Errorf("%q is not in:\n%s", want, changes)
	}
}

// A live view has one line per member; a name that is longer than there is room for is shortened where names are alike.
func TestLongNamesInTheLiveViewAreToldApart(t *testing.T) {
	r, p := halfway(), threeStages()
	for i := range 2 {
		name := "aks-payments-production-in-western-europe-" + strconv.Itoa(i+1)
		p.Stages[1].Groups[0].Members[i].Name, r.Stages[1].Groups[0].Members[i].Name = name, name
	}
	for columns, want := range map[int][]string{
		0:  {"    aks-payments-production-in-western-europe-1  ✖ failed", "    aks-payments-production-in-western-europe-2  ⏸ waits"},
		80: {"    aks-payments-production-in-western-europe-1  ✖ failed", "    aks-payments-production-in-western-europe-2  ⏸ waits"},
		60: {"    aks-payments…ern-europe-1  ✖ failed", "    aks-payments…ern-europe-2  ⏸ waits"},
		20: {"    aks-pa…ope-1  ✖…", "    aks-pa…ope-2  ⏸…"},
	} {
		frame := strings.Join(Live(p, r, r.At, Style{Width: columns}), "\n")
		for _, line := range want {
			if !strings.Contains(frame, line) {
				t.Errorf("%d columns: %q is not in\n%s", columns, line, frame)
			}
		}
	}
}
