import { STATE_WORDS } from '../reports/map/draw-map';
import { lineLabel } from '../reports/map/line-label';
import type { MapData, MapState } from '../reports/map/map-data';
import { pairsIn, type LineEnd, type MapLine, type MapView } from '../reports/map/map-lines';
import { between, countStates, endWhy, reachOf, sideOf, type Reach } from '../reports/map/map-reach';
import { escapeXml } from '../reports/xml';
import { counted, endSentence, nodeLink, shape, stateLine, whyList } from './words';

/** Peers that are listed one by one before they fold by namespace, and connections that a line lists. */
const UNFOLDED = 30;
const LISTED_PAIRS = 60;

const STATES: readonly MapState[] = ['isolated', 'wide', 'open', 'cut', 'host', 'finished'];

/** What the whole map says: how many workloads stand how, what the shapes mean, and the namespaces. */
export function overviewPanel(data: MapData, view: MapView): string {
  const side = sideOf(data, view.side);
  const [ingress, egress] = [countStates(side, 'ingress'), countStates(side, 'egress')];
  const rows = STATES.filter((state) => ingress.has(state) || egress.has(state)).map(
    (state) =>
      `<tr><td class="glyphs">${shape(state)}</td><td>${STATE_WORDS[state]}</td><td class="n">${(ingress.get(state) ?? 0).toLocaleString('en')}</td><td class="n">${(egress.get(state) ?? 0).toLocaleString('en')}</td></tr>`,
  );
  const workloads = data.nodes.filter(({ kind }) => kind !== '').length;
  const namespaces = data.groups.filter(({ outside }) => !outside).length;
  return (
    `<h2>${counted(workloads, 'workload')} in ${counted(namespaces, 'namespace')}</h2>${changeSummary(data, view)}` +
    `<h3>How workloads stand: ingress on the left, egress on the right</h3><table><tr><td></td><td></td><td class="n muted">in</td><td class="n muted">out</td></tr>${rows.join('')}</table>` +
    `<p class="muted">Lines are connections that policies let through. What no policy isolates needs no line: its dashed border says that everything may connect.</p>` +
    `<h3>Namespaces</h3><ul>${data.groups.map(({ name, nodes }, index) => `<li><button class="link" data-group="${index}">${escapeXml(name)}</button> <span class="muted">${nodes.length}</span></li>`).join('')}</ul>` +
    `<div class="hint"><h3>Keys</h3><p><kbd>/</kbd> find, <kbd>↑</kbd> <kbd>↓</kbd> <kbd>←</kbd> <kbd>→</kbd> go from workload to workload, <kbd>Enter</kbd> look at it, <kbd>Esc</kbd> back, <kbd>+</kbd> <kbd>−</kbd> <kbd>0</kbd> zoom${data.changes === undefined ? '' : ', <kbd>b</kbd> <kbd>c</kbd> <kbd>a</kbd> before, changes, after'}</p></div>`
  );
}

function changeSummary({ changes, after, before }: MapData, { side }: MapView): string {
  if (changes === undefined || before === undefined || side !== 'changes') return '';
  const isolated = after.ingress.filter(
    (state, node) => isIsolated(state) && before.ingress[node] === 'open',
  ).length;
  const opened = after.ingress.filter(
    (state, node) => state === 'open' && isIsolated(before.ingress[node]),
  ).length;
  const count = (wanted: string): number =>
    changes.reduce((sum, one) => sum + (one.change === wanted ? pairsIn(one) : 0), 0);
  const parts = [
    `<span class="added">+ ${counted(count('added'), 'connection')} added</span>`,
    `<span class="removed">− ${counted(count('removed'), 'connection')} removed</span>`,
    ...(isolated > 0 ? [`${counted(isolated, 'workload')} isolated for ingress for the first time`] : []),
    ...(opened > 0 ? [`${counted(opened, 'workload')} not isolated any more`] : []),
  ];
  return `<p>${parts.join('<br>')}</p>`;
}

function isIsolated(state: MapState | undefined): boolean {
  return state === 'isolated' || state === 'wide' || state === 'cut';
}

/** One node: how it stands and why, who can reach it, whom it can reach, and what decides. */
export function nodePanel(data: MapData, view: MapView, node: number): string {
  const side = sideOf(data, view.side);
  const { id = '', name = '', group = 0, kind = '' } = data.nodes[node] ?? {};
  const frame = `<button class="link" data-group="${group}">${escapeXml(data.groups[group]?.name ?? '')}</button>`;
  const standing = (['ingress', 'egress'] as const).map((direction) => {
    const { by } = endWhy(side, node, direction, node);
    const policies = by.length === 0 ? '' : `<p class="why">by ${whyList(data, by)}</p>`;
    return (
      stateLine(side[direction][node] ?? 'absent', `${direction === 'ingress' ? 'In' : 'Out'}: `) + policies
    );
  });
  return (
    `<h2>${escapeXml(kind === '' ? name : id)}</h2><p class="muted">${kind === '' ? `${escapeXml(id)}, ` : 'namespace '}${frame}</p>${kind === '' ? '' : standing.join('')}` +
    reachList(data, view, node, 'ingress') +
    reachList(data, view, node, 'egress')
  );
}

function reachList(data: MapData, view: MapView, node: number, direction: 'ingress' | 'egress'): string {
  const side = sideOf(data, view.side);
  const reach = reachOf(side, node, direction);
  const heading = direction === 'ingress' ? 'Who can reach it' : 'Whom it can reach';
  if (reach.length === 0) return `<h3>${heading}</h3><p>Nobody.</p>`;
  const row = (one: Reach): string => {
    const [from, to] = direction === 'ingress' ? [one.node, node] : [node, one.node];
    const [out, into] = [endWhy(side, from, 'egress', to), endWhy(side, to, 'ingress', from)];
    const whys = [...out.through, ...into.through];
    const why = whys.length === 0 ? 'no policy isolates either end' : `by ${whyList(data, whys)}`;
    return `<li>${nodeLink(data, one.node)} ${portsText(one)}<span class="why">${why}</span></li>`;
  };
  const count = `${heading} <span class="n">(${reach.length.toLocaleString('en')})</span>`;
  if (reach.length <= UNFOLDED) return `<h3>${count}</h3><ul>${reach.map(row).join('')}</ul>`;
  const byGroup = new Map<number, Reach[]>();
  for (const one of reach) {
    const group = data.nodes[one.node]?.group ?? -1;
    const members = byGroup.get(group);
    if (members === undefined) byGroup.set(group, [one]);
    else members.push(one);
  }
  const folded = [...byGroup].map(([group, members]) => {
    const texts = [...new Set(members.map(({ ports }) => ports))];
    const ports = texts.length === 1 ? ` <span class="ports">${escapeXml(texts[0] ?? '')}</span>` : '';
    return `<details data-fold="${direction} ${group}"><summary>${escapeXml(data.groups[group]?.name ?? '')} <span class="muted">${members.length} of ${data.groups[group]?.nodes.length ?? 0}</span>${ports}</summary><ul>${members.map(row).join('')}</ul></details>`;
  });
  return `<h3>${count}</h3>${folded.join('')}`;
}

function portsText({ ports, undecided }: Pick<Reach, 'ports' | 'undecided'>): string {
  const sure = ports === '' ? '' : `<span class="ports">${escapeXml(ports)}</span>`;
  const unsure =
    undecided === '' ? '' : ` <span class="muted">cannot be decided: ${escapeXml(undecided)}</span>`;
  return sure + unsure;
}

/** A namespace: its workloads and how they stand. */
export function groupPanel(data: MapData, view: MapView, group: number): string {
  const side = sideOf(data, view.side);
  const { name = '', nodes = [], outside = false } = data.groups[group] ?? {};
  const items = nodes.map(
    (node) =>
      `<li class="glyphs shown">${shape(side.ingress[node] ?? 'absent')}${shape(side.egress[node] ?? 'absent')} ${nodeLink(data, node)}</li>`,
  );
  return `<h2>${escapeXml(name)}</h2><p class="muted">${outside ? 'Addresses that no policy tells apart' : counted(nodes.length, 'workload')}</p><ul>${items.join('')}</ul>`;
}

/** A line: every connection behind it, and what decides at either end. */
export function linePanel(data: MapData, view: MapView, line: MapLine): string {
  const rows: string[] = [];
  for (const from of line.from.nodes) {
    for (const to of line.to.nodes) {
      if (from !== to && rows.length < LISTED_PAIRS) rows.push(pairRow(data, view, line, [from, to]));
    }
  }
  const rest = line.pairs - rows.length;
  const more =
    rest > 0 ? `<p class="muted">and ${rest.toLocaleString('en')} more connections that look alike</p>` : '';
  const said = {
    added: 'added by the change',
    removed: 'removed by the change',
    undecided: 'cannot be decided from manifests',
    same: 'not changed',
    open: 'open: no policy has a say',
    allowed: 'let through',
  };
  return (
    `<h2>${endName(data, line.from)} → ${endName(data, line.to)}</h2>` +
    `<p class="${line.look}"><span class="ports">${escapeXml(lineLabel(line))}</span> · ${said[line.look]}</p><h3>What decides</h3><ul>${rows.join('')}</ul>${more}`
  );
}

function pairRow(data: MapData, view: MapView, line: MapLine, [from, to]: readonly [number, number]): string {
  const explain = (side: 'before' | 'after'): string => {
    const one = sideOf(data, side);
    const out = endSentence(data, endWhy(one, from, 'egress', to), `Leaving ${nameOf(data, from)}`);
    const into = endSentence(data, endWhy(one, to, 'ingress', from), `Entering ${nameOf(data, to)}`);
    const outside = (node: number): boolean => data.nodes[node]?.kind === '';
    return (
      (outside(from) ? '' : `<span class="why">${out}</span>`) +
      (outside(to) ? '' : `<span class="why">${into}</span>`)
    );
  };
  const version = (side: 'before' | 'after', word: string): string => {
    const { ports, undecided } = between(sideOf(data, side), from, to);
    const said = ports === '' && undecided === '' ? 'nothing' : portsText({ ports, undecided });
    return `<span class="version">${word}: ${said}</span>${explain(side)}`;
  };
  const changed = view.side === 'changes' && line.look !== 'same' && line.look !== 'open';
  const why = changed
    ? version('before', 'Before') + version('after', 'After')
    : explain(view.side === 'before' ? 'before' : 'after');
  return `<li>${nodeLink(data, from)} → ${nodeLink(data, to)}${why}</li>`;
}

function nameOf({ nodes }: MapData, node: number): string {
  return escapeXml(nodes[node]?.name ?? '');
}

function endName(data: MapData, { type, index, nodes }: LineEnd): string {
  const { id = '', name = '', kind = '' } = data.nodes[index] ?? {};
  if (type === 'node') return escapeXml(kind === '' ? name : id);
  const frame = type === 'everyone' ? 'most workloads' : (data.groups[index]?.name ?? '');
  return `${escapeXml(frame)} (${nodes.length.toLocaleString('en')})`;
}
