package lab

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Serve answers requests until the input ends.
func Serve(engine Engine, in io.Reader, out io.Writer) error {
	lab, err := start(engine)
	if err != nil {
		return fmt.Errorf("making the network: %w", err)
	}
	defer lab.stop()
	if err := engine.Start(lab); err != nil {
		return fmt.Errorf("starting %s: %w", engine.Name(), err)
	}
	decoder := json.NewDecoder(bufio.NewReaderSize(in, 1<<20))
	decoder.DisallowUnknownFields()
	encoder := json.NewEncoder(out)
	for {
		var request Request
		if err := decoder.Decode(&request); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("reading a request: %w", err)
		}
		answer, err := lab.answer(request)
		if err != nil {
			answer = map[string]any{"error": err.Error()}
		}
		if err := encoder.Encode(answer); err != nil {
			return fmt.Errorf("writing an answer: %w", err)
		}
	}
}

func (l *Lab) answer(request Request) (map[string]any, error) {
	switch request.Op {
	case "hello":
		return map[string]any{"engine": l.engine.Name()}, nil
	case "cluster":
		refusals, err := l.cluster(request.Objects, request.Outside)
		return map[string]any{"refused": orEmpty(refusals)}, err
	case "probe":
		results, err := l.probe(request.Probes)
		return map[string]any{"results": orEmpty(results)}, err
	case "judge":
		return l.judge(request.Probes)
	case "validate":
		problems := make([]string, 0, len(request.Objects))
		for _, object := range request.Objects {
			problems = append(problems, l.engine.Validate(object))
		}
		return map[string]any{"problems": problems}, nil
	case "connect":
		return l.connect(request.Probe)
	case "exchange":
		result, err := l.exchange(request.Connection, request.Speaker)
		return map[string]any{"result": result}, err
	case "close":
		return map[string]any{"closed": l.closeConnections()}, nil
	case "flows":
		return l.recorded()
	default:
		return nil, fmt.Errorf("there is no request %q", request.Op)
	}
}

func (l *Lab) cluster(objects []json.RawMessage, outside []string) ([]Refusal, error) {
	world, err := readWorld(objects, outside)
	if err != nil {
		return nil, err
	}
	state, refusals := l.engine.Admit(objects)
	if len(refusals) > 0 {
		return refusals, nil
	}
	if err := l.arrange(world); err != nil {
		return nil, err
	}
	return nil, l.engine.Enforce(state)
}

func (l *Lab) judge(probes []Probe) (map[string]any, error) {
	judge, able := l.engine.(Judge)
	if !able {
		return nil, fmt.Errorf("%s judges packets only", l.engine.Name())
	}
	results, err := judge.Judge(probes)
	return map[string]any{"results": orEmpty(results)}, err
}

func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
