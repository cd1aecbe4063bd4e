package main

import (
	"context"
	golog "log"
	"net"
	"os"

	corelog "github.com/coredns/coredns/plugin/log"
	"github.com/coredns/coredns/plugin/pkg/response"
	"github.com/coredns/coredns/plugin/test"
	"github.com/miekg/dns"
)

const (
	commonFormat   = corelog.CommonLogFormat
	combinedFormat = corelog.CombinedLogFormat
)

// A question, and how it is answered.
type asked struct {
	name    string
	kind    uint16
	code    int
	address string
	tcp     bool
	edns    bool
}

var questions = []asked{
	{name: "cart.shop.svc.cluster.local.", kind: dns.TypeA, address: "10.96.0.20"},
	{name: "api.stripe.com.", kind: dns.TypeA, address: "54.187.174.169", edns: true},
	{name: "API.Stripe.com.", kind: dns.TypeAAAA, code: dns.RcodeNameError, tcp: true},
	{name: `we\.ird\032name.example.com.`, kind: dns.TypeTXT},
	{name: ".", kind: dns.TypeNS},
}

// The client's address is what dns.ResponseWriter says: the writer of CoreDNS's own tests, for this client.
type client struct {
	test.ResponseWriter
	tcp bool
}

func (c *client) RemoteAddr() net.Addr {
	ip := net.ParseIP("10.244.1.5")
	if c.tcp {
		return &net.TCPAddr{IP: net.ParseIP("fd00::5"), Port: 40001}
	}
	return &net.UDPAddr{IP: ip, Port: 40000}
}

// coredns lets the plugin log of CoreDNS write down questions as a server hands them to it.
func coredns(format string) error {
	golog.SetOutput(os.Stdout)
	golog.SetFlags(0)
	for _, one := range questions {
		answer := test.HandlerFunc(func(_ context.Context, w dns.ResponseWriter, r *dns.Msg) (int, error) {
			return one.code, w.WriteMsg(answerTo(r, one))
		})
		logger := corelog.Logger{Next: answer, Rules: []corelog.Rule{{
			NameScope: ".", Format: format, Class: map[response.Class]struct{}{response.All: {}},
		}}}
		question := questionOf(one)
		if _, err := logger.ServeDNS(context.Background(), &client{tcp: one.tcp}, question); err != nil {
			return err
		}
	}
	return nil
}

func questionOf(one asked) *dns.Msg {
	message := new(dns.Msg)
	message.SetQuestion(one.name, one.kind)
	message.Id = 12345
	if one.edns {
		message.SetEdns0(1232, true)
	}
	return message
}

func answerTo(question *dns.Msg, one asked) *dns.Msg {
	message := new(dns.Msg)
	message.SetRcode(question, one.code)
	message.RecursionAvailable = true
	if one.address != "" {
		message.Answer = []dns.RR{&dns.A{
			Hdr: dns.RR_Header{Name: one.name, Rrtype: dns.TypeA, Class: dns.ClassINET, Ttl: 30},
			A:   net.ParseIP(one.address),
		}}
	}
	return message
}
