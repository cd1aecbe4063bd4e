import { CLIENT, OUTSIDE, policyFor, SERVER, SHOP, tcp, type DifferenceCase } from '../difference-case';

const THEME = 'Labels that Calico sets';
const SELECTOR = 'Kubernetes, LabelSelector: the labels of the object';

/** Selectors of Kubernetes over labels that Calico sets itself. */
export const CALICO_LABELS: readonly DifferenceCase[] = [
  {
    id: 'namespace-by-calico-name',
    title: 'projectcalico.org/name in a namespaceSelector is the name of the namespace',
    theme: THEME,
    text: 'deny',
    source: SELECTOR,
    objects: [
      ...SHOP,
      policyFor('server', {
        ingress: [{ from: [{ namespaceSelector: { matchLabels: { 'projectcalico.org/name': 'shop' } } }] }],
      }),
    ],
    probe: tcp(CLIENT, SERVER),
    profile: ['setsOwnLabels'],
    follows: 'Write `kubernetes.io/metadata.name`, which every network plugin knows.',
  },
  {
    id: 'pods-by-calico-service-account',
    title: 'A podSelector with projectcalico.org/serviceaccount selects pods by their service account',
    theme: THEME,
    text: 'allow',
    source: SELECTOR,
    objects: [
      ...SHOP,
      {
        ...policyFor('server', { policyTypes: ['Ingress'] }),
        spec: {
          podSelector: { matchLabels: { 'projectcalico.org/serviceaccount': 'default' } },
          policyTypes: ['Ingress'],
        },
      },
    ],
    probe: tcp(CLIENT, SERVER),
    profile: ['setsOwnLabels'],
    follows:
      'So do `projectcalico.org/namespace` and `projectcalico.org/orchestrator`, and labels of the namespace behind `pcns.` and of the service account behind `pcsa.`. Label the pods.',
  },
  {
    id: 'pod-claims-label-of-calico',
    title: 'A pod cannot claim such a label, and is kept out',
    theme: THEME,
    text: 'allow',
    source: SELECTOR,
    objects: [
      ...SHOP.filter(({ metadata }) => metadata.name !== 'client'),
      ...SHOP.flatMap((one) =>
        one.kind === 'Pod' && one.metadata.name === 'client'
          ? [{ ...one, metadata: { ...one.metadata, labels: { app: 'client', 'pcns.team': 'a' } } }]
          : [],
      ),
      policyFor('server', { ingress: [{ from: [{ podSelector: { matchLabels: { 'pcns.team': 'a' } } }] }] }),
    ],
    probe: tcp(CLIENT, SERVER),
    profile: ['setsOwnLabels'],
    follows: 'Give labels of your own other keys.',
  },
  {
    id: 'network-set-as-pod',
    title: 'A NetworkSet with the label projectcalico.org/orchestrator is met as a pod',
    theme: THEME,
    text: 'deny',
    source: 'Kubernetes, podSelector: pods',
    objects: [
      ...SHOP,
      {
        apiVersion: 'projectcalico.org/v3',
        kind: 'NetworkSet',
        metadata: {
          name: 's',
          namespace: 'shop',
          labels: { app: 'partner', 'projectcalico.org/orchestrator': 'k8s' },
        },
        spec: { nets: [`${OUTSIDE}/32`] },
      },
      policyFor('server', { ingress: [{ from: [{ podSelector: { matchLabels: { app: 'partner' } } }] }] }),
    ],
    probe: tcp(OUTSIDE, SERVER),
    profile: ['setsOwnLabels'],
    follows: 'Do not give that label to network sets; a rule of Calico takes them by any other.',
  },
];
