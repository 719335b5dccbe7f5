package workflow

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/strategy"
)

// longestTimer is how long an environment's wait timer can be, in minutes (GitHub Docs, "Deployments and environments").
const longestTimer = 43200

// Timer is what there is to say of wait timers between two stages, and which timer to set for it.
type Timer struct {
	Finding     fleet.Finding
	Environment string // whose timer is to be set; "" where setting one does not help
	Minutes     int    // to what
}

// Timers holds the waits after stages against the wait timers of the environments between them. A note says which timer
// makes a wait cost nothing that is longer than a runner should sleep, or that there is one; a warning where timers hold
// a stage back much longer than the strategy asks. minutes says how long the timer of each environment is, by its name in
// lower case. Where stages are started by hand nothing waits between them.
func Timers(s strategy.Strategy, minutes map[string]int) []Timer {
	if s.Workflow.ByDispatch() {
		return nil
	}
	t := timing{actual: minutes, required: map[string]int{}}
	for _, environment := range s.AllEnvironments() {
		t.required[strings.ToLower(environment.Name)] = environment.WaitMinutes
	}
	t.passages = passages(s.Stages, "")
	for _, profile := range s.AutoUpgrade {
		t.passages = append(t.passages, passages(profile.Stages, profile.Name)...)
	}
	var all []Timer
	for i := range t.passages {
		if timer, ok := t.judge(&t.passages[i]); ok {
			all = append(all, timer)
		}
	}
	return all
}

// timing is a strategy beside the timers that there are.
type timing struct {
	passages         []passage
	actual, required map[string]int // minutes, by environment
}

// passage is the way from one stage to the next, or to the first.
type passage struct {
	profile string
	from    *strategy.Stage // nil: stage is the first
	stage   strategy.Stage
	doors   [3][]string // environments whose timers run one after another; those of one door run at the same time
}

// The doors of a passage, best first. The jobs of approvals end well, and are not run again with the stage: their timers
// run once. Those after a stage begin with its wait, those before the next one when they have been given.
const (
	afterDoor = iota
	beforeDoor
	ownDoor
)

func passages(stages []strategy.Stage, profile string) []passage {
	var all []passage
	for i, stage := range stages {
		p := passage{profile: profile, stage: stage}
		if i > 0 {
			p.from = &stages[i-1]
			p.doors[afterDoor] = environmentsOf(approvals(*p.from, "after", p.from.AfterGates))
		}
		own, before := guard(stage)
		p.doors[beforeDoor] = environmentsOf(before)
		if own != "" {
			p.doors[ownDoor] = []string{own}
		}
		all = append(all, p)
	}
	return all
}

func environmentsOf(jobs []job) []string {
	var names []string
	for _, j := range jobs {
		names = append(names, j.environment)
	}
	return names
}

// asked is how many minutes the strategy has the stage wait for the one before, begun ones included.
func (p *passage) asked() int {
	if p.from == nil {
		return 0
	}
	return wholeMinutes(p.from.Wait)
}

// sleeps reports whether a runner may well sleep the wait.
func (p *passage) sleeps() bool {
	return p.from == nil || p.from.Wait <= min(strategy.RunnerSleeps, strategy.Deadline(p.stage.JobLimit))
}

// held is how many minutes timers hold the stage back.
func (p *passage) held(minutes map[string]int) int {
	sum := 0
	for _, door := range p.doors {
		sum += longestOf(door, minutes)
	}
	return sum
}

func longestOf(door []string, minutes map[string]int) int {
	most := 0
	for _, environment := range door {
		most = max(most, minutes[strings.ToLower(environment)])
	}
	return most
}

func (t *timing) judge(p *passage) (Timer, bool) {
	asked, held := p.asked(), p.held(t.actual)
	const much = int(strategy.RunnerSleeps / time.Minute)
	switch {
	case held > max(asked, p.held(t.required))+much:
		return t.lower(p, held-max(asked, p.held(t.required))), true
	case p.sleeps():
		return Timer{}, false
	case held >= min(asked, longestTimer):
		return Timer{Finding: p.finding("wait-timer-enough", fleet.Note,
			fmt.Sprintf("The %s after stage %s pass in wait timers (%s) before stage %s begins: no runner sleeps.%s", spell(p.from.Wait), p.from.Name, t.told(p), p.stage.Name, p.rest()), "")}, true
	default:
		return t.raise(p, asked-held), true
	}
}

// raise says which timer would make the wait cost nothing: the first that holds nobody back who need not wait as long.
func (t *timing) raise(p *passage, lacks int) Timer {
	begins := fmt.Sprintf("Stage %s begins %s after stage %s, longer than a runner should sleep.", p.stage.Name, spell(p.from.Wait), p.from.Name)
	for i, door := range p.doors {
		minutes := min(longestOf(door, t.actual)+lacks, longestTimer)
		for _, environment := range door {
			if !t.fits(environment, minutes, p) {
				continue
			}
			message := fmt.Sprintf("%s A wait timer of %d minutes on environment %s, that of %s, makes the wait cost nothing.%s", begins, minutes, environment, p.job(i), p.rest())
			return Timer{Finding: p.finding("wait-timer", fleet.Note, message, once(i)+" An administrator of the repository sets it with one command."), Environment: environment, Minutes: minutes}
		}
	}
	return Timer{Finding: p.finding("wait-timer", fleet.Note, begins+" No environment between the two is theirs alone, so a wait timer would hold other jobs back as well.",
		fmt.Sprintf("Give the stage, or better an Approval after stage %s, an environment that no other job has, and check again.", p.from.Name))}
}

// fits reports whether jobs in the environment wait as long anyway, and none of them twice.
func (t *timing) fits(environment string, minutes int, at *passage) bool {
	for i := range t.passages {
		p := &t.passages[i]
		doors := p.behind(environment)
		if doors > 1 || doors > 0 && p != at && p.asked() < minutes {
			return false
		}
	}
	return true
}

// behind counts the doors of the passage that are the environment's.
func (p *passage) behind(environment string) int {
	doors := 0
	for _, door := range p.doors {
		if slices.ContainsFunc(door, func(name string) bool { return strings.EqualFold(name, environment) }) {
			doors++
		}
	}
	return doors
}

// lower says which timer holds the stage back too long: the last that nobody else needs.
func (t *timing) lower(p *passage, excess int) Timer {
	asks := "no wait"
	if p.asked() > 0 {
		asks = spell(p.from.Wait)
	}
	message := fmt.Sprintf("Wait timers hold stage %s back for %s (%s), and the strategy asks for %s.", p.stage.Name, spell(time.Duration(p.held(t.actual))*time.Minute), t.told(p), asks)
	for _, door := range slices.Backward(p.doors[:]) {
		for _, environment := range door {
			key := strings.ToLower(environment)
			minutes := max(t.required[key], t.actual[key]-excess)
			if minutes < t.actual[key] && !t.needed(environment, minutes, p) {
				advice := fmt.Sprintf("Lower that of %s to %d minutes, which an administrator of the repository does with one command, or say with waitMinutes that it is wanted.", environment, minutes)
				return Timer{Finding: p.finding("wait-timer-long", fleet.Warning, message, advice), Environment: environment, Minutes: minutes}
			}
		}
	}
	return Timer{Finding: p.finding("wait-timer-long", fleet.Warning, message, "Give the stage an environment that no other job has.")}
}

// needed reports whether another wait passes in a timer that is longer than that.
func (t *timing) needed(environment string, minutes int, at *passage) bool {
	return slices.ContainsFunc(t.passages, func(p passage) bool {
		return p.behind(environment) > 0 && !p.same(at) && !p.sleeps() && p.asked() > minutes
	})
}

func (p *passage) same(other *passage) bool {
	return p.profile == other.profile && p.stage.Name == other.stage.Name
}

// told lists the timers between the stages.
func (t *timing) told(p *passage) string {
	var all []string
	for _, door := range p.doors {
		for _, environment := range door {
			if minutes := t.actual[strings.ToLower(environment)]; minutes > 0 {
				all = append(all, fmt.Sprintf("%s %d minutes", environment, minutes))
			}
		}
	}
	return strings.Join(all, ", ")
}

// job names whose environment a door is.
func (p *passage) job(door int) string {
	switch door {
	case afterDoor:
		return "an approval after stage " + p.from.Name
	case beforeDoor:
		return "an approval before stage " + p.stage.Name
	default:
		return "the stage itself"
	}
}

// once says how often a timer runs.
func once(door int) string {
	switch door {
	case afterDoor:
		return "It runs once, beside the approval."
	case beforeDoor:
		return "It runs once."
	default:
		return "GitHub waits for it again whenever the job is run again; on the environment of an Approval after the stage before, or before this one, once."
	}
}

// rest is what is left of a wait that no timer is long enough for.
func (p *passage) rest() string {
	left := p.from.Wait - longestTimer*time.Minute
	if left <= 0 {
		return ""
	}
	return fmt.Sprintf(" GitHub has no timer of more than %d minutes: for the other %s the stage ends with code 3 and says when to come back.", longestTimer, spell(left))
}

func (p *passage) finding(rule string, severity fleet.Severity, message, advice string) fleet.Finding {
	if p.profile != "" {
		message = "Profile " + p.profile + ": " + message
	}
	return fleet.Finding{Rule: rule, Severity: severity, Message: message, Advice: advice, Stage: p.stage.Name, Position: p.stage.Position}
}

// spell writes a time that somebody waits, begun minutes included: "2 days", "36 hours", "90 minutes".
func spell(d time.Duration) string {
	const day = 24 * 60
	switch minutes := wholeMinutes(d); {
	case minutes%day == 0 && minutes > day:
		return fmt.Sprintf("%d days", minutes/day)
	case minutes%60 == 0 && minutes > 60:
		return fmt.Sprintf("%d hours", minutes/60)
	default:
		return fmt.Sprintf("%d minutes", minutes)
	}
}

func wholeMinutes(d time.Duration) int { return int((d + time.Minute - 1) / time.Minute) }
