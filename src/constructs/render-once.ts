import type { ApiObject, IResolver, ResolutionContext } from 'cdk8s';
import { isJsonObject, type JsonObject } from '../model/json';

/** What `Lazy` looks like from outside; its class may come from another copy of cdk8s. */
interface Producer {
  produce(): unknown;
}

/**
 * Lets the compiler see an object before cdk8s renders it, without the object being rendered twice.
 *
 * Some late values are not repeatable: a cdk8s-plus workload with `spread: true` adds its affinity terms again each
 * time its spec is produced. So a value produced for a {@link peek} is kept and handed to the next real rendering,
 * once; renderings after that produce afresh, as they would without us.
 */
export class RenderOnce implements IResolver {
  private produced = new WeakMap<ApiObject, Map<unknown, unknown>>();
  private readonly rendered = new Set<ApiObject>();
  private peeking = false;
  private again = false;

  /** The object as it will be rendered. */
  peek(object: ApiObject): JsonObject {
    this.peeking = true;
    try {
      const json: unknown = object.toJson();
      // What toJson returns is what goes into the YAML; anything else would already have thrown.
      return isJsonObject(json) ? json : {};
    } finally {
      this.peeking = false;
    }
  }

  /** Begins another synth: what was produced for the last one no longer holds. */
  restart(): void {
    this.produced = new WeakMap();
    this.rendered.clear();
    this.again = false;
  }

  /** How many objects have been rendered since {@link restart}. */
  get renderedCount(): number {
    return this.rendered.size;
  }

  /** Whether an object has been rendered twice since {@link restart}: another synth has begun. */
  get renderedAgain(): boolean {
    return this.again;
  }

  resolve(context: ResolutionContext): void {
    const object = context.obj;
    if (!this.peeking && context.key.length === 0 && isWholeObject(context.value)) {
      if (this.rendered.has(object)) this.again = true;
      this.rendered.add(object);
    }
    if (!isProducer(context.value)) return;
    const known = this.produced.get(object);
    if (known?.has(context.value) === true) {
      context.replaceValue(known.get(context.value));
      if (!this.peeking) known.delete(context.value);
    } else if (this.peeking) {
      const value = context.value.produce();
      this.produced.set(object, (known ?? new Map<unknown, unknown>()).set(context.value, value));
      context.replaceValue(value);
    }
  }
}

/** The first value offered for an object; its metadata is offered with an empty key too, but carries no apiVersion. */
function isWholeObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'apiVersion' in value && 'kind' in value;
}

function isProducer(value: unknown): value is Producer {
  return (
    typeof value === 'object' &&
    value !== null &&
    'produce' in value &&
    typeof value.produce === 'function' &&
    'producer' in value
  );
}
