package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/org/fleet-update-action/"

// imports says which packages of the module each package may import; a subpackage follows its parent's rule and may
// import its parent.
var imports = map[string][]string{
	"schema":             {"internal/fleet"},
	"internal/fleet":     {},
	"internal/strategy":  {"internal/fleet", "schema"},
	"internal/plan":      {"internal/fleet", "internal/strategy", "schema"},
	"internal/execute":   {"internal/fleet", "internal/plan"},
	"internal/forecast":  {"internal/fleet", "internal/strategy", "internal/plan", "internal/execute"},
	"internal/azure":     {"internal/fleet"},
	"internal/github":    {"internal/fleet"},
	"internal/report":    {"internal/fleet", "internal/plan"},
	"internal/rollouts":  {"internal/fleet", "internal/strategy", "internal/plan", "internal/execute", "internal/workflow", "internal/github", "schema"},
	"internal/simulator": {"internal/fleet"},
	"internal/workflow":  {"internal/fleet", "internal/strategy"},
}

// clocks are the functions of package time that read the system clock or sleep.
var clocks = []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTicker", "NewTimer"}

type source struct {
	path, folder string
	file         *ast.File
	set          *token.FileSet
}

// sources parses every Go file of the module that is not a test.
func sources(t *testing.T) []source {
	t.Helper()
	root := filepath.Join("..", "..")
	var found []source
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, path, nil, 0)
		relative, _ := filepath.Rel(root, path)
		found = append(found, source{filepath.ToSlash(relative), filepath.ToSlash(filepath.Dir(relative)), file, set})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(found) < 100 {
		t.Fatalf("found %d files: these tests look in the wrong place", len(found))
	}
	return found
}

func TestPackagesImportInOneDirection(t *testing.T) {
	for _, s := range sources(t) {
		if strings.HasPrefix(s.folder, "cmd/") {
			continue
		}
		for _, spec := range s.file.Imports {
			path, _ := strconv.Unquote(spec.Path.Value)
			target, ours := strings.CutPrefix(path, module)
			if ours && !mayImport(s.folder, target) {
				t.Errorf("%s imports %s, which is against the flow", s.path, target)
			}
		}
	}
}

func mayImport(from, to string) bool {
	allowed, listed := imports[from]
	if listed {
		return slices.Contains(allowed, to)
	}
	parent := from[:max(0, strings.LastIndex(from, "/"))]
	return parent != "" && (to == parent || mayImport(parent, to))
}

// TestTimeComesIn keeps the system clock out of everything but the command: a rollout must be replayable.
func TestTimeComesIn(t *testing.T) {
	for _, s := range sources(t) {
		if strings.HasPrefix(s.folder, "cmd/") {
			continue
		}
		ast.Inspect(s.file, func(node ast.Node) bool {
			selector, ok := node.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			name, ok := selector.X.(*ast.Ident)
			if ok && name.Name == "time" && slices.Contains(clocks, selector.Sel.Name) {
				t.Errorf("%s uses time.%s: time comes in as a parameter", s.set.Position(node.Pos()), selector.Sel.Name)
			}
			return true
		})
	}
}

func TestOnlyMainExits(t *testing.T) {
	for _, s := range sources(t) {
		if strings.HasSuffix(s.path, "/main.go") {
			continue
		}
		ast.Inspect(s.file, func(node ast.Node) bool {
			selector, ok := node.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			name, ok := selector.X.(*ast.Ident)
			if ok && name.Name == "os" && selector.Sel.Name == "Exit" {
				t.Errorf("%s exits: only main does", s.set.Position(node.Pos()))
			}
			return true
		})
	}
}

// TestLibrariesStandBehindOnePackage keeps a later major of each asked-for library a small change.
func TestLibrariesStandBehindOnePackage(t *testing.T) {
	homes := map[string][]string{
		"github.com/sethvargo/go-githubactions":      {"internal/github"},
		"github.com/google/go-github/":               {"internal/github"},
		"github.com/santhosh-tekuri/jsonschema/":     {"schema"},
		"github.com/Azure/azure-sdk-for-go/sdk/azid": {"internal/azure"},
		"gopkg.in/yaml.v3":                           {"schema", "internal/strategy", "internal/simulator"},
	}
	for _, s := range sources(t) {
		for _, spec := range s.file.Imports {
			path, _ := strconv.Unquote(spec.Path.Value)
			for library, allowed := range homes {
				if strings.HasPrefix(path, library) && !slices.Contains(allowed, s.folder) {
					t.Errorf("%s imports %s, which belongs in %s", s.path, path, strings.Join(allowed, ", "))
				}
			}
		}
	}
}
