package locale

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"followup/storage/crm"
)

// spoken are the rooms that say texts of the catalogs.
var spoken = []string{"../dialog", "../../storage", "../../storage/exchange", "../../cmd/followup", "../../scheduler", "."}

// speakers are the functions whose first argument is a catalog key and whose others, where there are any, are facts.
var speakers = map[string]bool{
	"Say": true, "SayFacts": true, "screen": true, "button": true, "say": true, "Key": true,
}

// deep are prefixes after which a key goes on for more than one word: "did." and a label such as "followup.done".
var deep = []string{"letter.", "did.", "example.", "event.", "ask.", "audit.word.", "import.from."}

// use is a place in the code that says something.
type use struct {
	where string
	key   string         // of a whole key
	like  *regexp.Regexp // of a key put together from parts
	facts []string       // given with it, nil when the code doesn't tell
	exact bool           // certainly a key, not a word that only looks like one
}

func TestBothCatalogsHaveTheSameKeysAndFacts(t *testing.T) {
	ru, en := catalogs["ru"], catalogs["en"]
	for _, key := range ru.Keys() {
		if !en.Has(key) {
			t.Errorf("%s is missing in en.txt", key)
		} else if r, e := ru.Facts(key), en.Facts(key); !slices.Equal(r, e) {
			t.Errorf("%s says %v in Russian and %v in English", key, r, e)
		}
	}
	for _, key := range en.Keys() {
		if !ru.Has(key) {
			t.Errorf("%s is missing in ru.txt", key)
		}
	}
}

func TestPluralsHaveEveryForm(t *testing.T) {
	for code, want := range map[string]int{"ru": 3, "en": 2} {
		c := catalogs[code]
		for _, key := range c.Keys() {
			for _, p := range c.texts[key] {
				if p.forms != nil && len(p.forms) != want {
					t.Errorf("%s.txt: %s: {%s|%s} has %d forms, not %d", code, key, p.fact, strings.Join(p.forms, "|"), len(p.forms), want)
				}
			}
		}
	}
}

func TestEveryKeyThatIsSaidExists(t *testing.T) {
	c := catalogs["ru"]
	families := map[string]bool{}
	for _, key := range c.Keys() {
		family, _, _ := strings.Cut(key, ".")
		families[family] = true
	}
	for _, u := range uses(t) {
		family, _, dotted := strings.Cut(u.key, ".")
		switch {
		case u.like != nil:
			if !slices.ContainsFunc(c.Keys(), u.like.MatchString) {
				t.Errorf("%s: no key is like %v", u.where, u.like)
			}
		case c.Has(u.key):
			for _, fact := range c.Facts(u.key) {
				if u.facts != nil && !slices.Contains(u.facts, fact) {
					t.Errorf("%s: %s needs the fact %q", u.where, u.key, fact)
				}
			}
		case u.exact || dotted && families[family] && !isTail(u.key):
			t.Errorf("%s: no text %s", u.where, u.key)
		}
	}
}

// isTail reports whether a word is what comes after one of the deep prefixes.
func isTail(word string) bool {
	return slices.ContainsFunc(deep, func(prefix string) bool { return catalogs["ru"].Has(prefix + word) })
}

func TestNoKeyIsUnused(t *testing.T) {
	all := uses(t)
	for _, key := range catalogs["ru"].Keys() {
		used := slices.ContainsFunc(all, func(u use) bool {
			return u.key == key || u.like != nil && u.like.MatchString(key)
		})
		if !used {
			t.Errorf("nobody says %s", key)
		}
	}
}

// TestEveryKindHasItsWords checks keys that are put together from the values of a type.
func TestEveryKindHasItsWords(t *testing.T) {
	days := []string{"0", "1", "2", "3", "4", "5", "6"}
	touches := []string{
		string(crm.TouchCall), string(crm.TouchMissed), string(crm.TouchMeeting), string(crm.TouchMail), string(crm.TouchMessage),
		string(crm.TouchVisit), string(crm.TouchPresentation), string(crm.TouchNote),
	}
	for prefix, words := range map[string][]string{
		"touch.": touches,
		"event.": append([]string{
			"payment", "invoice", "contract", "promise", "document", "followup.open", "followup.done", "followup.cancelled",
		}, touches...),
		"role.":          {string(crm.Owner), string(crm.Lead), string(crm.Manager)},
		"renewal.":       {string(crm.RenewalAutomatic), string(crm.RenewalAgreement), string(crm.RenewalOpen)},
		"find.":          {"client", "contact", "interaction", "followup", "contract", "invoice", "document"},
		"chat.":          {"hello", "thanks", "bye", "how", "who"},
		"weekday.":       days,
		"weekday.short.": days,
		"verb.":          {"call", "meet", "write", "send", "check", "task"},
		"paper.": {
			string(crm.PaperContract), string(crm.PaperInvoice), string(crm.PaperAct), string(crm.PaperUPD),
			string(crm.PaperReconciliation), string(crm.PaperOffer), string(crm.PaperAddendum), string(crm.PaperOther),
		},
		"did.promise.": {string(crm.PromiseKept), string(crm.PromisePartly), string(crm.PromiseBroken)},
		"promise.line.": {
			string(crm.PromisePending), string(crm.PromiseKept), string(crm.PromisePartly), string(crm.PromiseBroken),
			string(crm.PromiseCancelled),
		},
	} {
		for _, w := range words {
			if !catalogs["ru"].Has(prefix + w) {
				t.Errorf("no text %s%s", prefix, w)
			}
		}
	}
}

// uses reads the sources of the rooms that speak.
func uses(t *testing.T) []use {
	t.Helper()
	var all []use
	for _, room := range spoken {
		files, err := filepath.Glob(filepath.Join(room, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("no sources in %s: %v", room, err)
		}
		for _, name := range files {
			if !strings.HasSuffix(name, "_test.go") {
				all = append(all, usesIn(t, name)...)
			}
		}
	}
	return all
}

var keyLike = regexp.MustCompile(`^[a-z][a-z0-9]*(\.[a-z0-9]+)*$`)

func usesIn(t *testing.T, name string) []use {
	t.Helper()
	set := token.NewFileSet()
	source, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	file, err := parser.ParseFile(set, name, source, 0)
	if err != nil {
		t.Fatal(err)
	}
	var found []use
	done := map[ast.Node]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		if n == nil || done[n] {
			return false
		}
		where := set.Position(n.Pos()).String()
		switch x := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.CallExpr:
			found = append(found, called(x, where, done)...)
		case *ast.BinaryExpr:
			if like := pattern(x); like != nil {
				found = append(found, use{where: where, like: like})
				done[x.X], done[x.Y] = isText(x.X), isText(x.Y)
			}
		case *ast.BasicLit:
			if s := literal(x); keyLike.MatchString(s) {
				found = append(found, use{where: where, key: s})
			}
		}
		return true
	})
	return found
}

// called is what a call says: a key with its facts, or the label of a change.
func called(x *ast.CallExpr, where string, done map[ast.Node]bool) []use {
	name := ""
	switch f := x.Fun.(type) {
	case *ast.Ident:
		name = f.Name
	case *ast.SelectorExpr:
		name = f.Sel.Name
	}
	if len(x.Args) == 0 {
		return nil
	}
	key := literal(x.Args[0])
	if key == "" {
		return nil
	}
	switch {
	case name == "Change":
		done[x.Args[0]] = true
		return []use{{where: where, key: "did." + key, exact: true}}
	case speakers[name]:
		done[x.Args[0]] = true
		u := use{where: where, key: key, exact: true}
		if name != "Key" && name != "SayFacts" {
			u.facts = given(x, name)
		}
		return []use{u}
	}
	return nil
}

// given are the names of a call's facts; nil when the code alone doesn't tell.
func given(x *ast.CallExpr, name string) []string {
	facts := []string{}
	if name == "button" {
		return facts
	}
	if x.Ellipsis.IsValid() {
		return nil
	}
	for i := 1; i < len(x.Args); i += 2 {
		fact := literal(x.Args[i])
		if fact == "" {
			return nil
		}
		facts = append(facts, fact)
	}
	return facts
}

// pattern is what keys a concatenation makes; nil when it makes none. A part that only the run knows is one word.
func pattern(x *ast.BinaryExpr) *regexp.Regexp {
	parts := concatenated(x)
	first := literal(parts[0])
	if len(parts) < 2 || !strings.HasSuffix(first, ".") || !keyLike.MatchString(strings.TrimSuffix(first, ".")) {
		return nil
	}
	word := `[^.]+`
	if slices.Contains(deep, first) {
		word = `.+`
	}
	var b strings.Builder
	for _, p := range parts {
		if s := literal(p); s != "" {
			b.WriteString(regexp.QuoteMeta(s))
		} else {
			b.WriteString(word)
		}
	}
	return regexp.MustCompile("^" + b.String() + "$")
}

func concatenated(x ast.Expr) []ast.Expr {
	b, ok := x.(*ast.BinaryExpr)
	if !ok || b.Op != token.ADD {
		return []ast.Expr{x}
	}
	return append(concatenated(b.X), concatenated(b.Y)...)
}

func isText(x ast.Expr) bool {
	for _, p := range concatenated(x) {
		if literal(p) == "" {
			return false
		}
	}
	return true
}

// literal is the value of a string literal, empty for anything else.
func literal(x ast.Expr) string {
	lit, ok := x.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return ""
	}
	s, err := strconv.Unquote(lit.Value)
	if err != nil {
		return ""
	}
	return s
}
