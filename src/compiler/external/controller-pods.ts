import { type ModelIndex } from '../resolution/model-index';
import { append } from '../../model/group-by';
import { isRunning } from './named-callers';
import { jsonAt, type Json } from '../../model/json';
import { DEFAULT_POD_TEMPLATE_KINDS } from '../../model/workloads/pod-template';
import type { Workload } from '../../model/workloads/workload';

/** What a container shows of itself: its image without tag and digest, and the words of its command. */
interface Program {
  readonly image: string;
  readonly words: readonly string[];
}

/** How ingress-nginx is told the controller name of its IngressClass; this is the name without (its command line). */
const NGINX_FLAG = '--controller-class=';
const NGINX_DEFAULT = 'k8s.io/ingress-nginx';

/** Controllers whose own pods carry the traffic, by what their documentation has in the container. */
const PROGRAMS: readonly {
  /** `spec.controller` of an IngressClass, `spec.controllerName` of a GatewayClass. */
  readonly controller: string;
  readonly is: (program: Program) => boolean;
}[] = [
  {
    controller: NGINX_DEFAULT,
    is: ({ words }) =>
      words.some((word) => word.endsWith('/nginx-ingress-controller')) && !words.some(isNginxFlag),
  },
  { controller: 'traefik.io/ingress-controller', is: hasWord('--providers.kubernetesingress') },
  { controller: 'traefik.io/gateway-controller', is: hasWord('--providers.kubernetesgateway') },
  { controller: 'nginx.org/ingress-controller', is: hasImage('nginx/nginx-ingress') },
  { controller: 'haproxy.org/ingress-controller', is: hasImage('haproxytech/kubernetes-ingress') },
  { controller: 'haproxy-ingress.github.io/controller', is: hasImage('jcmoraisjr/haproxy-ingress') },
];

/** The workloads of the manifests that say they serve a class, by the controller name of the class. */
export function controllerPods(index: ModelIndex): ReadonlyMap<string, readonly Workload[]> {
  const byController = new Map<string, Workload[]>();
  for (const workload of index.cluster.workloads.filter(isRunning)) {
    const served = new Set(programsOf(workload).flatMap(controllersOf));
    for (const controller of served) append(byController, controller, workload);
  }
  return byController;
}

function controllersOf(program: Program): string[] {
  const flags = program.words.filter(isNginxFlag).map((word) => word.slice(NGINX_FLAG.length));
  return [...flags, ...PROGRAMS.filter(({ is }) => is(program)).map(({ controller }) => controller)];
}

function programsOf({ group, kind, resource }: Workload): Program[] {
  const template = DEFAULT_POD_TEMPLATE_KINDS.pathOf(group, kind);
  const containers = template && jsonAt(resource.manifest, [...template, 'spec', 'containers']);
  if (!Array.isArray(containers)) return [];
  return containers.map((container) => {
    const image = jsonAt(container, ['image']);
    return {
      image: typeof image === 'string' ? image.replace(/@.*$/, '').replace(/:[^/:]*$/, '') : '',
      words: [...texts(jsonAt(container, ['command'])), ...texts(jsonAt(container, ['args']))],
    };
  });
}

function texts(value: Json | undefined): string[] {
  return (Array.isArray(value) ? value : []).filter((word) => typeof word === 'string');
}

function isNginxFlag(word: string): boolean {
  return word.startsWith(NGINX_FLAG);
}

/** A flag alone or switched on. */
function hasWord(flag: string): (program: Program) => boolean {
  return ({ words }) => words.some((word) => word === flag || word === `${flag}=true`);
}

/** The last parts of the image's name, whatever the registry. */
function hasImage(name: string): (program: Program) => boolean {
  return ({ image }) => image === name || image.endsWith(`/${name}`);
}
