import { SYSTEM_CLOCK } from '../../src/controller/api/clock';
import type { KubernetesApi } from '../../src/controller/api/kubernetes-api';
import { CLIENT_INTENTS, NETWORK_POLICIES } from '../../src/controller/api/known-resources';
import { isOwnLabel } from '../../src/compiler/labels/former-labels';
import { Controller } from '../../src/controller/controller';
import type { ControllerOptions } from '../../src/controller/controller-options';
import { WATCHED_KINDS } from '../../src/controller/observed/watched-kinds';
import { isJsonObject, jsonAt, type JsonObject } from '../../src/model/json';
import type { FakeApi } from './fake-api';
import { clientIntents, deployment, kindOf, MANAGER, namespace, pod } from './world';

const controllers: Controller[] = [];

/** Ends every controller that a test has left running. */
export async function stopAll(): Promise<void> {
  await Promise.all(controllers.splice(0).map((controller) => controller.stop()));
}

/** Somebody else writes objects. */
export function put(api: FakeApi, ...objects: JsonObject[]): void {
  for (const object of objects) api.put(kindOf(object), object);
}

/** Namespace shop, where web (two pods) calls cart (one pod). */
export function shop(api: FakeApi): void {
  const cart = deployment('shop', 'cart', { kind: 'StatefulSet' });
  const web = deployment('shop', 'web', { kind: 'StatefulSet' });
  put(api, namespace('shop'), cart, web, pod('cart-0', cart), pod('web-0', web), pod('web-1', web));
  put(api, clientIntents('shop', 'web', [{ kubernetes: { name: 'cart' } }]));
}

/** A controller that watches and does nothing yet. */
export function controllerOf(api: KubernetesApi, extra: Partial<ControllerOptions> = {}): Controller {
  const controller = new Controller({
    api,
    clock: SYSTEM_CLOCK,
    random: () => 0.5,
    fieldManager: MANAGER,
    kinds: WATCHED_KINDS,
    settings: { options: {}, reachabilityOptions: {}, dialect: 'kubernetes' },
    instance: 'test',
    ...extra,
  });
  controllers.push(controller);
  controller.start();
  return controller;
}

/** A controller that leads and has done what was to be done. */
export async function lead(api: FakeApi, extra: Partial<ControllerOptions> = {}): Promise<Controller> {
  const controller = controllerOf(api, extra);
  controller.lead();
  await controller.whenIdle();
  return controller;
}

/** Asks until it is so; changes reach a controller through watches, some ticks later. */
export async function until(question: () => boolean): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!question()) {
    if (Date.now() > deadline) throw new Error(`not within 5 s: ${question.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The condition of an object's status of that type, without its time. */
export function conditionOf(object: JsonObject | undefined, type: string): JsonObject | undefined {
  const conditions = jsonAt(object, ['status', 'conditions']);
  const found = Array.isArray(conditions)
    ? conditions.filter(isJsonObject).find((one) => one['type'] === type)
    : undefined;
  if (found === undefined) return undefined;
  const { status, reason, message } = found;
  return { status, reason, message };
}

/** What a request was, in one line. */
export function line({ verb, kind, name, subresource }: FakeApi['requests'][number]): string {
  return [verb, kind, name, ...(subresource === undefined ? [] : [subresource])].join(' ');
}

/** The policy that follows from {@link shop}, and the intents it follows from. */
export const POLICY = { resource: NETWORK_POLICIES, namespace: 'shop', name: 'access-to-cart-from-shop' };
export const WEB = { resource: CLIENT_INTENTS, namespace: 'shop', name: 'web' };

/** The names of all NetworkPolicies. */
export function names(api: FakeApi): unknown[] {
  return api.all(NETWORK_POLICIES).map((policy) => jsonAt(policy, ['metadata', 'name']));
}

/** The keys of an object's labels that are ours. */
export function ownLabels(object: JsonObject | undefined): string[] {
  const labels = jsonAt(object, ['metadata', 'labels']);
  return isJsonObject(labels) ? Object.keys(labels).filter(isOwnLabel).sort() : [];
}
