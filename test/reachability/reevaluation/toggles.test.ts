import type { ReachabilityOptions } from '../../../src/reachability/reachability';
import { cidrs } from '../world';
import { changed } from './changed-model';
import { BASE, TOGGLED } from './toggled';

const OPTIONS = {
  calico: { cni: 'calico' },
  'calico-nftables, with the ranges of pods, staged policies too': {
    cni: 'calico-nftables',
    podCidrs: cidrs('10.1.0.0/16', 'fd00::/64'),
    staged: true,
  },
  'kube-network-policies, with the ranges of nodes': {
    cni: 'kube-network-policies',
    nodeCidrs: cidrs('10.1.0.0/24'),
  },
} satisfies Readonly<Record<string, ReachabilityOptions>>;

const NAMES = Object.keys(TOGGLED);

describe('answers are as from scratch', () => {
  it.each(NAMES)('when %s comes and goes', (name) => {
    const more = [...BASE, TOGGLED[name] ?? {}];
    expect(changed(BASE, more, OPTIONS.calico).whole).toBeUndefined();
    expect(changed(more, BASE, OPTIONS.calico).whole).toBeUndefined();
  });
});

describe.each(Object.entries(OPTIONS))('answers are as from scratch, with %s', (_, options) => {
  it.each(NAMES)('when %s comes and goes beside all the others', (name) => {
    const all = [...BASE, ...Object.values(TOGGLED)];
    const fewer = [
      ...BASE,
      ...NAMES.filter((other) => other !== name).flatMap((other) => TOGGLED[other] ?? []),
    ];
    expect(changed(fewer, all, options).whole).toBeUndefined();
    expect(changed(all, fewer, options).whole).toBeUndefined();
  });
});
