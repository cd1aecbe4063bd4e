import { JsonPatch, type ApiObject, type IResolver, type ResolutionContext } from 'cdk8s';
import type { FieldPath } from '../model/json';
import type { Labels } from '../model/resource';

/**
 * Adds labels to objects of a finished tree: to pods through their pod template, to Namespaces and bare Pods through
 * their own metadata, and never to a selector.
 *
 * A label goes in by a JSON patch appended last, so that it holds against patches that the app made earlier; the
 * resolver part makes sure that the patch finds a `labels` object to add to.
 */
export class PodLabeler implements IResolver {
  private readonly templates = new Map<ApiObject, FieldPath>();
  private readonly applied = new Map<ApiObject, Map<string, string>>();

  /**
   * Makes `labels` the whole set of labels that this labeler adds to the pods of `object`.
   *
   * @param template path of the pod template in the manifest; empty when the object itself carries the labels
   */
  label(object: ApiObject, template: FieldPath, labels: Labels): void {
    this.templates.set(object, template);
    const applied = this.applied.get(object) ?? new Map<string, string>();
    this.applied.set(object, applied);
    for (const [key, value] of Object.entries(labels)) {
      if (applied.get(key) === value) continue;
      applied.set(key, value);
      if (template.length === 0) object.metadata.addLabel(key, value);
      else object.addJsonPatch(JsonPatch.add(labelPointer(template, key), value));
    }
    for (const key of applied.keys()) {
      if (Object.hasOwn(labels, key)) continue;
      applied.delete(key);
      object.addJsonPatch(JsonPatch.remove(labelPointer(template, key)));
    }
  }

  /** Takes back what was added to objects that `wanted` does not hold; the result is those it changed. */
  unlabelOthers(wanted: ReadonlySet<ApiObject>): ApiObject[] {
    const others = [...this.templates].filter(
      ([object]) => !wanted.has(object) && this.applied.get(object)?.size !== 0,
    );
    for (const [object, template] of others) this.label(object, template, {});
    return others.map(([object]) => object);
  }

  /** The labels added to `object` so far. */
  labelsOf(object: ApiObject): Labels {
    return Object.fromEntries(this.applied.get(object) ?? []);
  }

  resolve(context: ResolutionContext): void {
    const template = this.templates.get(context.obj);
    // Only plain objects: a late value is offered again once it is one.
    if (template === undefined || template.length === 0 || !isPlainObject(context.value)) return;
    if (endsAt(context.key, template) && !('metadata' in context.value)) {
      context.replaceValue({ ...context.value, metadata: { labels: {} } });
    } else if (endsAt(context.key, [...template, 'metadata']) && !('labels' in context.value)) {
      context.replaceValue({ ...context.value, labels: {} });
    }
  }
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && value.constructor === Object;
}

function endsAt(key: readonly string[], path: FieldPath): boolean {
  return key.length === path.length && path.every((step, index) => key[index] === step);
}

function labelPointer(template: FieldPath, key: string): string {
  const escaped = key.replaceAll('~', '~0').replaceAll('/', '~1');
  return `/${[...template, 'metadata', 'labels', escaped].join('/')}`;
}
