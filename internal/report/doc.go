// Package report turns a plan, a result or findings into one Document, and a Document into GitHub-flavoured Markdown or
// terminal text. It is pure: text from outside is escaped here and nowhere else.
package report
