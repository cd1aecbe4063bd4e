package main

import (
	"fmt"
	"net"

	dnstap "github.com/dnstap/golang-dnstap"
	"google.golang.org/protobuf/proto"
)

func dnstapJSON() error { return eachMessage(dnstap.JSONFormat) }
func dnstapText() error { return eachMessage(dnstap.TextFormat) }

// eachMessage has every question and answer written down as the program dnstap does with -j or -q.
func eachMessage(format dnstap.TextFormatFunc) error {
	for _, one := range questions {
		for _, message := range messagesOf(one) {
			line, ok := format(&dnstap.Dnstap{
				Type:     dnstap.Dnstap_MESSAGE.Enum(),
				Identity: []byte("coredns-1"),
				Version:  []byte("CoreDNS-1.12.4"),
				Message:  message,
			})
			if !ok {
				return fmt.Errorf("dnstap cannot write %q", one.name)
			}
			fmt.Print(string(line))
		}
	}
	return nil
}

func messagesOf(one asked) []*dnstap.Message {
	question := questionOf(one)
	answer := answerTo(question, one)
	asking, _ := question.Pack()
	answering, _ := answer.Pack()
	both := func(kind dnstap.Message_Type) *dnstap.Message {
		return &dnstap.Message{
			Type:            kind.Enum(),
			SocketFamily:    dnstap.SocketFamily_INET.Enum(),
			SocketProtocol:  dnstap.SocketProtocol_UDP.Enum(),
			QueryAddress:    net.ParseIP("10.244.1.5").To4(),
			QueryPort:       proto.Uint32(40000),
			ResponseAddress: net.ParseIP("10.96.0.10").To4(),
			ResponsePort:    proto.Uint32(53),
			QueryTimeSec:    proto.Uint64(uint64(moment.Unix())),
			QueryTimeNsec:   proto.Uint32(uint32(moment.Nanosecond())),
		}
	}
	query, response := both(dnstap.Message_CLIENT_QUERY), both(dnstap.Message_CLIENT_RESPONSE)
	query.QueryMessage = asking
	response.ResponseMessage = answering
	response.ResponseTimeSec = query.QueryTimeSec
	response.ResponseTimeNsec = query.QueryTimeNsec
	return []*dnstap.Message{query, response}
}
