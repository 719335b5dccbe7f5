package workflow

import (
	"strings"
	"testing"
)

// The called workflows for servers that take no other artifacts than those of v3 are the others but for that: they
// download what the jobs of the run have stored so far, and store theirs with v3. -update writes them.
func TestCalledWorkflowsForV3(t *testing.T) {
	for file, from := range map[string]string{stageV3Workflow: stageWorkflow, gateV3Workflow: gateWorkflow} {
		golden(t, repository+strings.TrimPrefix(file, "/"), forV3(t, strings.TrimPrefix(from, "/"), read(t, repository+strings.TrimPrefix(from, "/"))))
	}
}

func forV3(t *testing.T, name, content string) string {
	t.Helper()
	pins := firstPins("v3")
	_, out, _ := strings.Cut(content, "          out: ")
	out, _, _ = strings.Cut(out, "\n")
	for _, change := range [][2]string{
		{"`fleet-action workflow generate` writes.\n", "`fleet-action workflow generate` writes.\n# Made from " + name + " for servers that take v3 of artifacts alone: change that one instead.\n"},
		{"    steps:\n", "    steps:\n      - name: Fetch what the other jobs left\n        uses: " + download + "@" + pins[download].String() + "\n        with:\n          path: " + out + "-records\n"},
		{"          out: " + out + "\n", "          out: " + out + "\n          records: " + out + "-records\n"},
		{upload + "@" + firstPins("v4")[upload].String(), upload + "@" + pins[upload].String()},
	} {
		if strings.Count(content, change[0]) != 1 {
			t.Fatalf("%s has not one %q", name, change[0])
		}
		content = strings.Replace(content, change[0], change[1], 1)
	}
	return content
}
