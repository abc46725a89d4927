package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

type binding struct {
	ClientID    string `json:"clientid"`
	URL         string `json:"url"`
	Certificate string `json:"certificate"`
	Key         string `json:"key"`
}

type stage struct {
	Consumer binding `json:"consumer"`
	Provider binding `json:"provider"`
	URL      string  `json:"url"`
	CAFile   string  `json:"caFile"`
}

func main() {
	var known stage
	must(json.Unmarshal(read(os.Getenv("CONTEXT")), &known))
	client := mutualTLS(known)
	ctx := context.WithValue(context.Background(), oauth2.HTTPClient, client)

	config := clientcredentials.Config{
		ClientID:       known.Consumer.ClientID,
		TokenURL:       known.Consumer.URL + "/oauth2/token",
		AuthStyle:      oauth2.AuthStyleInParams,
		EndpointParams: url.Values{"resource": {"urn:sap:identity:application:provider:name:orders"}},
	}
	token, err := config.Token(ctx)
	must(err)

	issuer, err := oidc.NewProvider(ctx, known.Provider.URL)
	must(err)
	_, err = issuer.Verifier(&oidc.Config{ClientID: known.Provider.ClientID}).Verify(ctx, token.AccessToken)
	must(err)
	if _, err = issuer.Verifier(&oidc.Config{ClientID: "other"}).Verify(ctx, token.AccessToken); err == nil {
		panic("go-oidc accepts a token for another application")
	}

	answer, err := config.Client(ctx).Get(known.URL + "/endpoint")
	must(err)
	defer answer.Body.Close()
	var body struct {
		Proof string `json:"proof"`
	}
	must(json.NewDecoder(answer.Body).Decode(&body))
	fmt.Printf("{\"status\":%d,\"proof\":%q}\n", answer.StatusCode, body.Proof)
}

// Stands for an entry in /etc/hosts: not every system resolves the names below localhost (RFC 6761 section 6.3).
func mutualTLS(known stage) *http.Client {
	certificate, err := tls.X509KeyPair([]byte(known.Consumer.Certificate), []byte(known.Consumer.Key))
	must(err)
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(read(known.CAFile))
	dialer := net.Dialer{}
	return &http.Client{Transport: &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: roots, Certificates: []tls.Certificate{certificate}},
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			host, port, err := net.SplitHostPort(address)
			if err == nil && strings.HasSuffix(host, ".localhost") {
				address = net.JoinHostPort("127.0.0.1", port)
			}
			return dialer.DialContext(ctx, network, address)
		},
	}}
}

func read(path string) []byte {
	content, err := os.ReadFile(path)
	must(err)
	return content
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
