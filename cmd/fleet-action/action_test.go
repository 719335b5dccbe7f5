package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"
)

var update = flag.Bool("update", false, "write action.yml and the tables of the README anew")

const (
	actionFile = "../../action.yml"
	readmeFile = "../../README.md"
)

// inputDefault is an option's default as an input. It differs where the command line reads an environment variable that
// the runner keeps from containers.
func inputDefault(known option) string {
	if known.env == "GITHUB_TOKEN" {
		return "${{ github.token }}"
	}
	return known.fallback
}

// inputHelp is an option's help with what it means to single commands and with the words it takes, which --help shows
// elsewhere.
func inputHelp(known option) string {
	for _, command := range commandNames() {
		if own := known.own[command]; own != "" {
			known.help += "; " + command + ": " + own
		}
	}
	words := strings.FieldsFunc(known.argument, func(r rune) bool { return r == '|' })
	if len(words) < 2 {
		return known.help
	}
	return known.help + " (" + strings.Join(words, ", ") + ")"
}

// action is action.yml as the runner reads it.
type action struct {
	Name        string            `yaml:"name"`
	Description string            `yaml:"description"`
	Author      string            `yaml:"author"`
	Branding    map[string]string `yaml:"branding"`
	Inputs      ordered           `yaml:"inputs"`
	Outputs     ordered           `yaml:"outputs"`
	Runs        map[string]string `yaml:"runs"`
}

// ordered keeps the inputs or outputs in the order of the file.
type ordered []described

type described struct {
	name        string
	Description string `yaml:"description"`
	Required    bool   `yaml:"required"`
	Default     string `yaml:"default"`
}

func (o *ordered) UnmarshalYAML(node *yaml.Node) error {
	for i := 0; i+1 < len(node.Content); i += 2 {
		entry := described{name: node.Content[i].Value}
		content, err := yaml.Marshal(node.Content[i+1])
		if err != nil {
			return err
		}
		if err := strictly(content, &entry); err != nil {
			return fmt.Errorf("%s: %w", entry.name, err)
		}
		*o = append(*o, entry)
	}
	return nil
}

func strictly(content []byte, into any) error {
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	decoder.KnownFields(true)
	return decoder.Decode(into)
}

func readAction(t *testing.T) action {
	t.Helper()
	var parsed action
	if err := strictly(readFile(t, actionFile), &parsed); err != nil {
		t.Fatalf("action.yml: %v", err)
	}
	return parsed
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// inStep compares a file with what it should be, or writes it with -update.
func inStep(t *testing.T, path, want string) {
	t.Helper()
	got := string(readFile(t, path))
	if got == want {
		return
	}
	if !*update {
		t.Fatalf("%s is out of step; go test ./cmd/fleet-action -run TestAction -update writes it (-file +wanted)\n%s", path, cmp.Diff(got, want))
	}
	if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}

// wantedInputs are the command and every option, as the binary knows them.
func wantedInputs() ordered {
	inputs := ordered{{name: "command", Required: true, Description: "what to do: " + strings.Join(commandNames(), ", ")}}
	for _, known := range optionTable() {
		inputs = append(inputs, described{name: known.name, Description: inputHelp(known), Default: inputDefault(known)})
	}
	return inputs
}

func wantedOutputs() ordered {
	var outputs ordered
	for _, known := range outputTable() {
		outputs = append(outputs, described{name: known.name, Description: known.help})
	}
	return outputs
}

// TestActionInputsAndOutputs keeps action.yml in step with the binary: every command and option is an input, with the
// same words and default, and there is nothing more.
func TestActionInputsAndOutputs(t *testing.T) {
	made := regexp.MustCompile(`(?s)\ninputs:.*?\n(# end of what is made\n)`)
	text := string(readFile(t, actionFile))
	if !made.MatchString(text) {
		t.Fatal("action.yml has no part that is made")
	}
	inStep(t, actionFile, made.ReplaceAllStringFunc(text, func(found string) string {
		return "\ninputs:\n" + asYAML(wantedInputs()) + "outputs:\n" + asYAML(wantedOutputs()) + made.FindStringSubmatch(found)[1]
	}))
	parsed := readAction(t)
	unordered := cmp.AllowUnexported(described{})
	if diff := cmp.Diff(wantedInputs(), parsed.Inputs, unordered); diff != "" {
		t.Errorf("the inputs, as the runner reads them (-wanted +file)\n%s", diff)
	}
	if diff := cmp.Diff(wantedOutputs(), parsed.Outputs, unordered); diff != "" {
		t.Errorf("the outputs, as the runner reads them (-wanted +file)\n%s", diff)
	}
}

func asYAML(entries ordered) string {
	var text strings.Builder
	for _, entry := range entries {
		fmt.Fprintf(&text, "  %s:\n    description: %s\n", entry.name, quoted(entry.Description))
		if entry.Required {
			text.WriteString("    required: true\n")
		}
		if entry.Default != "" {
			fmt.Fprintf(&text, "    default: %s\n", quoted(entry.Default))
		}
	}
	return text.String()
}

// quoted writes a YAML text in single quotes, in which nothing but the quote itself has a meaning.
func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

// TestActionRuns holds what the runner needs to know besides inputs and outputs. They come through INPUT_ variables, so
// there are no arguments for a quote to break out of, and the image is built here or is one image and no other.
func TestActionRuns(t *testing.T) {
	parsed := readAction(t)
	image := parsed.Runs["image"]
	pinned := regexp.MustCompile(`^docker://ghcr\.io/org/fleet-update-action@sha256:[0-9a-f]{64}$`)
	if image != "Dockerfile" && !pinned.MatchString(image) {
		t.Errorf("the image %q is neither the Dockerfile nor ours by digest", image)
	}
	if diff := cmp.Diff(map[string]string{"using": "docker", "image": image}, parsed.Runs); diff != "" {
		t.Errorf("runs (-wanted +file)\n%s", diff)
	}
	if parsed.Name == "" || parsed.Author == "" || parsed.Branding["icon"] == "" || parsed.Branding["color"] == "" {
		t.Errorf("the Marketplace wants a name, an author and branding: %+v", parsed)
	}
	if length := len(parsed.Description); length == 0 || length > 125 {
		t.Errorf("the description has %d characters; the Marketplace shows up to 125", length)
	}
}

// TestActionTablesOfTheReadme makes the tables of inputs and outputs from action.yml.
func TestActionTablesOfTheReadme(t *testing.T) {
	parsed := readAction(t)
	tables := map[string]string{"inputs": inputTable(parsed.Inputs), "outputs": outputRows(parsed.Outputs)}
	marked := regexp.MustCompile(`(?s)<!-- (inputs|outputs) -->\n.*?<!-- end -->`)
	text := string(readFile(t, readmeFile))
	var found []string
	want := marked.ReplaceAllStringFunc(text, func(place string) string {
		name := marked.FindStringSubmatch(place)[1]
		found = append(found, name)
		return "<!-- " + name + " -->\n" + tables[name] + "<!-- end -->"
	})
	if slices.Sort(found); !slices.Equal(found, []string{"inputs", "outputs"}) {
		t.Fatalf("the README has the tables %v", found)
	}
	inStep(t, readmeFile, want)
}

func inputTable(inputs ordered) string {
	text := "| input | what it is | default | commands |\n|---|---|---|---|\n"
	for _, input := range inputs {
		text += fmt.Sprintf("| `%s` | %s | %s | %s |\n", input.name, cell(input.Description), cell(standard(input)), strings.Join(takers(input.name), ", "))
	}
	return text
}

// standard is what an input has where it is not given: its default, or what the environment holds.
func standard(input described) string {
	known, _ := lookupOption(input.name)
	switch {
	case input.Default != "":
		return "`" + input.Default + "`"
	case known.env != "":
		return "`$" + known.env + "`"
	default:
		return ""
	}
}

// takers are the commands that take an option; the input that names the command belongs to none.
func takers(option string) []string {
	var names []string
	for _, known := range commands() {
		if slices.Contains(known.options, option) {
			names = append(names, known.name)
		}
	}
	return names
}

func outputRows(outputs ordered) string {
	text := "| output | what it is |\n|---|---|\n"
	for _, output := range outputs {
		text += fmt.Sprintf("| `%s` | %s |\n", output.name, cell(output.Description))
	}
	return text
}

// cell keeps a text within its cell of a Markdown table.
func cell(text string) string { return strings.ReplaceAll(text, "|", "\\|") }

// TestEveryOptionIsTaken finds inputs that no command reads.
func TestEveryOptionIsTaken(t *testing.T) {
	for _, known := range optionTable() {
		if len(takers(known.name)) == 0 {
			t.Errorf("no command takes the option %s", known.name)
		}
	}
}
