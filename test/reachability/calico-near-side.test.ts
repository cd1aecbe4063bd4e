import { cidrs, gnp, object, pod, World } from './world';

/** The near side of a rule is the pod that the policy selects (calico-policy-model 5.5: all criteria must hold). */
describe('criteria on the near side of a rule', () => {
  const account = (name: string): string =>
    object('v1', 'ServiceAccount', name, '', 'namespace: app').replace('spec: {  }', '');
  const cluster =
    account('web') +
    pod('app', 'a', 'app: a', 'serviceAccountName: web') +
    pod('app', 'b', 'app: b') +
    pod('other', 'c', 'app: c');
  const ends = ['app/a', 'app/b', 'other/c'];
  const entered = (destination: string): string[] => {
    const rule = `{ action: Allow, destination: { ${destination} } }`;
    const world = new World(cluster + gnp('x', `types: [Ingress], ingress: [${rule}]`), {
      podCidrs: cidrs('10.0.0.0/16'),
    });
    return ends.map((end) => world.ask('1.2.3.4', end));
  };
  const left = (source: string): string[] => {
    const rule = `{ action: Allow, source: { ${source} } }`;
    const world = new World(cluster + gnp('x', `types: [Egress], egress: [${rule}]`), {
      podCidrs: cidrs('10.0.0.0/16'),
    });
    return ends.map((end) => world.ask(end, '1.2.3.4'));
  };

  it.each([
    ['', ['allow', 'allow', 'allow']],
    [`selector: 'app == "a"'`, ['allow', 'deny', 'deny']],
    [`notSelector: 'app == "a"'`, ['deny', 'allow', 'allow']],
    [`namespaceSelector: 'projectcalico.org/name == "other"'`, ['deny', 'deny', 'allow']],
    ['serviceAccounts: { names: [web] }', ['allow', 'deny', 'deny']],
    ['nets: [10.0.0.0/8]', ['allow', 'allow', 'allow']],
    ['nets: [11.0.0.0/8]', ['deny', 'deny', 'deny']],
    ['notNets: [10.0.0.0/8]', ['deny', 'deny', 'deny']],
    ['notNets: [11.0.0.0/8]', ['allow', 'allow', 'allow']],
  ])('%s', (criteria, expected) => {
    expect(entered(criteria)).toEqual(expected);
    expect(left(criteria)).toEqual(expected);
  });

  it.each([
    ['10.0.0.0/8', ['allow', 'deny'] as const],
    ['fd00::/48', ['deny', 'allow'] as const],
  ])('nets: [%s] hold in the IP version of the packet, where pods speak both', (nets, inBoth) => {
    const rule = `{ action: Allow, destination: { nets: [${nets}] } }`;
    const world = new World(cluster + gnp('x', `types: [Ingress], ingress: [${rule}]`), {
      podCidrs: cidrs('10.0.0.0/16', 'fd00::/64'),
    });
    expect(['1.2.3.4', '2001:db8::1'].map((address) => world.ask(address, 'app/a'))).toEqual(inBoth);
    expect(world.ask('app/b', 'app/a')).toBe('unknown');
    expect(['ICMP 8', '58'].map((protocol) => world.ask('app/b', 'app/a', protocol))).toEqual(inBoth);
  });
});
