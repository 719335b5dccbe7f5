package azure

import (
	"net/http"
	"strings"
	"testing"
)

func TestPages(t *testing.T) {
	const next = "https://management.azure.com/subscriptions/s/next?token=2"
	tests := []struct {
		name    string
		turns   []answer
		entries int
		problem string
	}{
		{"one page", []answer{{body: `{"value":[1,2]}`}}, 2, ""},
		{"two pages", []answer{{body: `{"value":[1,2],"nextLink":"` + next + `"}`}, {body: `{"value":[3]}`}}, 3, ""},
		{"an empty page", []answer{{body: `{"value":[],"nextLink":"` + next + `"}`}, {body: `{"value":[3]}`}}, 1, ""},
		{"next with its port", []answer{{body: `{"value":[1],"nextLink":"https://Management.azure.com:443/x"}`}, {body: `{"value":[2]}`}}, 2, ""},
		{"next on another port", []answer{{body: `{"value":[1],"nextLink":"https://management.azure.com:8443/x"}`}}, 0, `another host, "management.azure.com:8443"`},
		{"next on another host", []answer{{body: `{"value":[1],"nextLink":"https://evil.example/"}`}}, 0, `another host, "evil.example"`},
		{"next without https", []answer{{body: `{"value":[1],"nextLink":"http://management.azure.com/x"}`}}, 0, "another host"},
		{"next with a login", []answer{{body: `{"value":[1],"nextLink":"https://u:p@management.azure.com/x"}`}}, 0, "another host"},
		{"next to itself", []answer{{body: `{"value":[1],"nextLink":"` + next + `"}`}}, 0, "in a circle"},
		{"next to a page before", []answer{{body: `{"value":[1],"nextLink":"` + next + `"}`}, {body: `{"value":[1],"nextLink":"` + next + `3"}`}, {body: `{"value":[1],"nextLink":"` + next + `"}`}}, 0, "in a circle"},
		{"no JSON", []answer{{body: `<html>`}}, 0, "malformed"},
		{"other JSON", []answer{{body: `{"value":"none"}`}}, 0, "malformed"},
		{"a field of another type", []answer{{body: `{"value":[1,"two"]}`}}, 0, "value holds a string"},
		{"a number too large", []answer{{body: `{"value":[1e999]}`}}, 0, "value holds a number 1e999"},
		{"a redirect", []answer{{status: 307, header: map[string]string{"Location": "https://evil.example/"}}}, 0, "307 Temporary Redirect"},
		{"cut in the middle", []answer{{body: `{"value":[1`}}, 0, "malformed"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			client, s, _ := newStub(t, inTurn(test.turns...))
			call, err := client.resource(listSnapshots, "/subscriptions/s", "/things", "1")
			if err != nil {
				t.Fatal(err)
			}
			entries, err := all[int](t.Context(), client, call)
			if test.problem == "" {
				if err != nil || len(entries) != test.entries {
					t.Errorf("got %v, %v", entries, err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), test.problem) || !strings.Contains(err.Error(), "list snapshots /subscriptions/s") {
				t.Errorf("error is %v", err)
			}
			if len(s.asked) > 3 {
				t.Errorf("it took %d requests to see", len(s.asked))
			}
			for _, a := range s.asked {
				if a.header.Get("Authorization") != "Bearer "+accessToken {
					t.Error("a page was asked for without a token")
				}
			}
		})
	}
}

func TestOverlongReplyIsRefused(t *testing.T) {
	long := strings.Repeat(" ", maxBody+1)
	client, s, _ := newStub(t, always(answer{body: long}))
	_, _, err := client.fetched(t.Context(), clusterOne())
	if err == nil || !strings.Contains(err.Error(), "longer than 64 MiB") || len(s.asked) != 1 {
		t.Errorf("error %v after %d requests", err, len(s.asked))
	}
}

func TestOddIDsAreNoRequests(t *testing.T) {
	client, s, _ := newStub(t, always(answer{status: http.StatusOK, body: `{}`}))
	for _, id := range []string{"", "subscriptions/s", "/subscriptions/../x", "/subscriptions/s?x=1", "/subscriptions//x", "/subscriptions/s#y", "/other/s", "/subscriptions/s/%2e%2e/t"} {
		if _, err := client.resource(readSubnet, id, "", "1"); err == nil {
			t.Errorf("%q made a request", id)
		}
	}
	if len(s.asked) != 0 {
		t.Error("something was sent")
	}
}
