import { implicitPolicyTypes } from '../../src/checks/implicit-policy-types';
import { checkYaml, networkPolicy } from './check-fixture';

function mendsOf(spec: string): string[] {
  return checkYaml(networkPolicy(spec), [implicitPolicyTypes]).map(({ mend }) => mend);
}

describe('implicit-policy-types', () => {
  it('says what the types are where none is written (network-policy-semantics 2.1 item 2)', () => {
    expect(mendsOf('{ podSelector: {} }')).toEqual(['Write policyTypes: [Ingress].']);
    expect(mendsOf('{ podSelector: {}, egress: [] }')).toEqual(['Write policyTypes: [Ingress].']);
    expect(mendsOf('{ podSelector: {}, egress: [{}] }')).toEqual(['Write policyTypes: [Ingress, Egress].']);
  });

  it('is content with any that are written', () => {
    expect(mendsOf('{ podSelector: {}, policyTypes: [Egress], egress: [{}] }')).toEqual([]);
  });
});
