import type { ApiObject } from 'cdk8s';
import { withoutNamespace } from './cluster-scoped-object';
import { addLabels } from '../compiler/labels/label-object';
import { isJsonObject, type FieldPath, type JsonObject } from '../model/json';
import type { Labels } from '../model/resource';
import { isClusterScoped } from '../model/scope';

/** An object whose rendering goes through us. */
interface Watched {
  /** Renders the object as it would be without us. */
  readonly render: () => unknown;
  /** What was rendered for a look, until cdk8s asks for it. */
  kept: JsonObject | undefined;
  /** The same with the labels. */
  labelled: JsonObject | undefined;
  template: FieldPath;
  labels: Labels;
}

/**
 * Stands between the objects of a tree and their rendering, by taking the place of `toJson` on each object:
 *
 * - The compiler looks at every object before cdk8s renders it, and cdk8s then gets what was rendered for the look.
 *   So an object is rendered once a synth, as without us. Some late values cannot be produced twice (a cdk8s-plus
 *   workload with `spread: true` adds its affinity terms again), and rendering everything twice would cost as much
 *   again.
 * - Labels are added to what comes out: after late values, resolvers and patches of the app, which therefore cannot
 *   lose them, and never to a selector.
 * - Objects of cluster-scoped kinds lose the namespace of the chart, which cdk8s stamps on every object.
 */
export class Rendering {
  private readonly watched = new Map<ApiObject, Watched>();
  private readonly rendered = new Set<ApiObject>();
  private again = false;

  /** The object as it will be rendered, labels included. */
  look(object: ApiObject): JsonObject {
    const watched = this.watch(object);
    watched.kept ??= this.renderNow(object, watched);
    watched.labelled ??= addLabels(watched.kept, watched.template, watched.labels);
    return watched.labelled;
  }

  /**
   * Makes `labels` the whole set of labels that is added to the pods of `object`.
   *
   * @param template path of the pod template in the manifest; empty when the object itself carries the labels
   */
  label(object: ApiObject, template: FieldPath, labels: Labels): void {
    const watched = this.watch(object);
    watched.template = template;
    watched.labels = labels;
    watched.labelled = undefined;
  }

  /**
   * Begins another compilation: takes back all labels. What was rendered for the last one holds only if it is still
   * the same synth.
   */
  restart({ sameSynth }: { readonly sameSynth: boolean }): void {
    for (const watched of this.watched.values()) {
      watched.labels = {};
      watched.labelled = undefined;
      if (!sameSynth) watched.kept = undefined;
    }
    this.rendered.clear();
    this.again = false;
  }

  /** Whether cdk8s has rendered any object since {@link restart}. */
  get begun(): boolean {
    return this.rendered.size > 0;
  }

  /** Whether cdk8s has rendered an object twice since {@link restart}: another synth has begun. */
  get renderedAgain(): boolean {
    return this.again;
  }

  private watch(object: ApiObject): Watched {
    const known = this.watched.get(object);
    if (known !== undefined) return known;
    const watched: Watched = {
      render: object.toJson.bind(object),
      kept: undefined,
      labelled: undefined,
      template: [],
      labels: {},
    };
    this.watched.set(object, watched);
    object.toJson = () => this.renderForCdk8s(object, watched);
    return watched;
  }

  private renderForCdk8s(object: ApiObject, watched: Watched): JsonObject {
    if (this.rendered.has(object)) this.again = true;
    this.rendered.add(object);
    const json = this.look(object);
    watched.kept = undefined;
    watched.labelled = undefined;
    return json;
  }

  private renderNow(object: ApiObject, { render }: Watched): JsonObject {
    const json = render();
    // Whatever else an override gives is cdk8s's to complain about.
    return isJsonObject(json) ? withoutStampedNamespace(object, json) : {};
  }
}

function withoutStampedNamespace(object: ApiObject, json: JsonObject): JsonObject {
  const group = object.apiGroup === 'core' ? '' : object.apiGroup;
  return isClusterScoped(group, object.kind) ? withoutNamespace(json) : json;
}
