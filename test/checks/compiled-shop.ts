import { deployment } from './check-fixture';

/** An intent of `web` to call other Deployments of namespace `shop`. */
export function intentsOfWeb(...servers: readonly string[]): string {
  const targets = servers.map((name) => `{ kubernetes: { name: ${name}, kind: Deployment } }`).join(', ');
  return `---\n{ apiVersion: k8s.otterize.com/v2beta1, kind: ClientIntents, metadata: { name: web, namespace: shop }, spec: { workload: { name: web, kind: Deployment }, targets: [${targets}] } }\n`;
}

/** The label by which policies know the pods of `orders`. */
export const ORDERS = 'intents.otterize.com/server: orders-shop-752c51';

/** The label that lets pods in at `orders`. */
export const ACCESS = 'intents.otterize.com/access-orders-shop-752c51: "true"';

/** `web` with the labels that its intent to call `orders` gives it. */
export const WEB = deployment(
  'shop',
  'web',
  `{ app: web, intents.otterize.com/client: "true", intents.otterize.com/server: web-shop-e8ed9a, ${ACCESS} }`,
);

/** A Namespace object with the label that policies go by. */
export const SHOP =
  '---\n{ apiVersion: v1, kind: Namespace, metadata: { name: shop, labels: { intents.otterize.com/namespace-name: shop } } }\n';

/** The policy that intents of namespace `shop` to call `orders` make, or one with another name or peer. */
export function accessPolicy({
  name = 'access-to-orders-from-shop',
  pods = `{ matchLabels: { ${ACCESS} } }`,
  label = '"true"',
}: {
  readonly name?: string;
  readonly pods?: string;
  readonly label?: string;
} = {}): string {
  const from = `{ namespaceSelector: { matchLabels: { intents.otterize.com/namespace-name: shop } }, podSelector: ${pods} }`;
  return `---\n{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { name: ${name}, namespace: shop, labels: { intents.otterize.com/network-policy: ${label} } }, spec: { podSelector: { matchLabels: { ${ORDERS} } }, policyTypes: [Ingress], ingress: [{ from: [${from}] }] } }\n`;
}

/** `orders`, with its own label or without. */
export function orders(labels = `, ${ORDERS}`): string {
  return deployment('shop', 'orders', `{ app: orders${labels} }`);
}

/** All of it as compiling leaves it. */
export const COMPILED = SHOP + intentsOfWeb('orders') + WEB + orders() + accessPolicy();
