import { faultClass } from './reason-class';
import { refusedField } from './refused-field';

describe('the fault that words of a refusal name', () => {
  const at = (words: string): string | undefined =>
    faultClass(`spec.ingress[0].destination.ports[0] ${words}`);

  it('is not the field at which it stands', () => {
    expect(at('is 0: ports go from 1 to 65535')).toBe('range of ports');
    expect(at('is "a_b": a port name has only lower-case letters')).toBe('name of a port');
    expect(at('has port numbers, but the rule has no protocol')).toBe('ports without protocol');
    expect(at('is refused')).toBeUndefined();
  });

  it('is the same in words of Calico', () => {
    expect(faultClass("error with field Port = '0' (port range invalid, port number must be)")).toBe(
      'range of ports',
    );
    expect(faultClass('(rules that specify ports must set protocol to TCP or UDP or SCTP)')).toBe(
      'ports without protocol',
    );
    expect(faultClass('invalid name for named port (1:2:3)')).toBe('name of a port');
  });
});

describe('the field of a refusal', () => {
  it('is the first of several', () => {
    expect(
      refusedField("error with the following fields:\n-  Nets[0] = 'x' (Reason)\n-  Source.Nets = 'x'"),
    ).toBe('nets');
  });

  it('is none where words name none', () => {
    expect(refusedField('invalid name for named port (1:2:3)')).toBeUndefined();
  });
});
