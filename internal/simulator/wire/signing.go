package wire

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/org/fleet-update-action/internal/simulator"
)

// signer signs tokens and the URLs of operations with a key that belongs to the world.
type signer struct{ key []byte }

func newSigner(w *simulator.World) signer {
	return signer{key: []byte("simulator " + strconv.FormatUint(w.Seed(), 10))}
}

func (s signer) mac(text string) string {
	mac := hmac.New(sha256.New, s.key)
	mac.Write([]byte(text))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// certificateLength makes a status URL as long as AKS's, which carry a certificate, are: about 5 KB.
const certificateLength = 4700

// operationURL signs the URL of an operation's status or result.
func (s signer) operationURL(base, subscription, location, kind, id string, now time.Time) string {
	path := "/subscriptions/" + subscription + "/providers/Microsoft.ContainerService/locations/" + location + "/" + kind + "/" + id
	stamp := strconv.FormatInt(now.Unix(), 10)
	certificate := strings.Repeat("MIIHhzCCBm-gAwIBAgITfAF0", certificateLength/24)
	query := "api-version=2025-03-01&t=" + stamp + "&c=" + certificate + "&s=" + s.mac(strings.ToLower(path)+stamp) + "&h=" + s.mac("h" + stamp)[:20]
	return base + path + "?" + query
}

// verify checks the URL of an operation, which has to be used exactly as it was given out.
func (s signer) verify(u *url.URL) error {
	query := u.Query()
	certificate := strings.Repeat("MIIHhzCCBm-gAwIBAgITfAF0", certificateLength/24)
	if hmac.Equal([]byte(query.Get("s")), []byte(s.mac(strings.ToLower(u.Path)+query.Get("t")))) && query.Get("c") == certificate {
		return nil
	}
	return &simulator.Refusal{Status: 401, Code: "InvalidAuthenticationInfo", Nested: true, Message: "The signature of the operation's URL is not valid."}
}

// claims are those of the tokens that the simulator gives out. The last three are in GitHub's.
type claims struct {
	Audience    string `json:"aud"`
	Issuer      string `json:"iss"`
	Subject     string `json:"sub"`
	Issued      int64  `json:"iat"`
	Expires     int64  `json:"exp"`
	Repository  string `json:"repository,omitempty"`
	Ref         string `json:"ref,omitempty"`
	Environment string `json:"environment,omitempty"`
}

// token writes claims as a JWT.
func (s signer) token(c claims) string {
	content, _ := json.Marshal(c) // strings and numbers
	unsigned := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + base64.RawURLEncoding.EncodeToString(content)
	return unsigned + "." + s.mac(unsigned)
}

// read takes a JWT that this simulator signed; ok is false for any other.
func (s signer) read(token string) (c claims, ok bool) {
	unsigned, signature, found := cutLast(token, ".")
	_, payload, _ := strings.Cut(unsigned, ".")
	content, err := base64.RawURLEncoding.DecodeString(payload)
	if !found || err != nil || !hmac.Equal([]byte(signature), []byte(s.mac(unsigned))) {
		return c, false
	}
	return c, json.Unmarshal(content, &c) == nil
}

func cutLast(text, separator string) (before, after string, found bool) {
	at := strings.LastIndex(text, separator)
	if at < 0 {
		return text, "", false
	}
	return text[:at], text[at+len(separator):], true
}

// issuers of tokens: Entra's are for ARM, GitHub's are assertions for Entra.
const (
	entraIssuer  = "https://sts.windows.net/"
	githubIssuer = "https://token.actions.githubusercontent.com"
)

// authenticate checks the bearer token of a request to ARM.
func (s signer) authenticate(r *http.Request, now time.Time) *simulator.Refusal {
	token, isBearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !isBearer {
		return &simulator.Refusal{Status: 401, Code: "AuthenticationFailed", Nested: true, Message: "Authentication failed. The 'Authorization' header is missing."}
	}
	c, ok := s.read(token)
	switch {
	case !ok || c.Issuer != entraIssuer:
		return &simulator.Refusal{Status: 401, Code: "InvalidAuthenticationToken", Nested: true, Message: "The access token is invalid."}
	case now.Unix() >= c.Expires:
		return &simulator.Refusal{Status: 401, Code: "ExpiredAuthenticationToken", Nested: true, Message: "The access token expiry UTC time is earlier than current UTC time."}
	}
	return nil
}

// challenge refuses a request for its token. The claims in it make azcore ask for a new token, past its cache: that
// cache goes by the system's clock, and a token that has expired in the world's time is good for hours yet in that.
func challenge(writer http.ResponseWriter, refused *simulator.Refusal) {
	wanted := base64.StdEncoding.EncodeToString([]byte(`{"access_token":{"nbf":{"essential":true,"value":"0"}}}`))
	value := `Bearer authorization_uri="https://login.microsoftonline.com/", error="insufficient_claims", claims="` + wanted + `"`
	writer.Header().Set("WWW-Authenticate", value)
	refuse(writer, refused)
}
