package locale

import (
	"slices"
	"strings"

	"followup/bot/message"
	"followup/storage/crm"
)

// Template is a text in the catalog's form that people wrote themselves.
type Template struct{ pieces []piece }

// maxTemplate is the longest text of a template, in UTF-16 units.
const maxTemplate = 1500

// styles are those that a template may name.
var styles = []string{"", "short", "brief", "full", "date"}

// ParseTemplate reads a text that may use the facts given. Problems: "template.empty", "template.long", "template.brace" for
// a brace without its other half, "template.fact" (facts name) for a fact or style that isn't known, "template.forms" for
// a plural with another number of forms than the language has.
func (p Printer) ParseTemplate(text string, facts []string) (Template, error) {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return Template{}, crm.Say("template.empty")
	case message.Len(text) > maxTemplate:
		return Template{}, crm.Say("template.long", "n", maxTemplate)
	}
	depth := 0
	for _, r := range text {
		switch r {
		case '{':
			depth++
		case '}':
			depth--
		}
		if depth < 0 || depth > 1 {
			return Template{}, crm.Say("template.brace")
		}
	}
	pieces, err := split(text)
	if err != nil || depth != 0 {
		return Template{}, crm.Say("template.brace")
	}
	for _, part := range pieces {
		switch {
		case part.literal != "":
		case !slices.Contains(facts, part.fact) || !slices.Contains(styles, part.style):
			return Template{}, crm.Say("template.fact", "name", message.Cut(part.fact+strings.TrimSuffix(":"+part.style, ":"), 40))
		case part.forms != nil && len(part.forms) != p.words.plurals:
			return Template{}, crm.Say("template.forms", "n", p.words.plurals)
		}
	}
	return Template{pieces}, nil
}

// Source is the text of a key as it stands in the catalog.
func (c *Catalog) Source(key string) string {
	var b strings.Builder
	for _, part := range c.texts[key] {
		switch {
		case part.fact == "":
			b.WriteString(part.literal)
		case part.forms != nil:
			b.WriteString("{" + part.fact + "|" + strings.Join(part.forms, "|") + "}")
		case part.style != "":
			b.WriteString("{" + part.fact + ":" + part.style + "}")
		default:
			b.WriteString("{" + part.fact + "}")
		}
	}
	return b.String()
}

// Fill prints a template with its facts.
func (p Printer) Fill(t Template, facts []crm.Fact) string { return p.fill(t.pieces, facts) }
