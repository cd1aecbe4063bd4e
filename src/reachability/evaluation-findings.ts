import type { Doubts } from './doubts';
import type { Engine } from './engine';
import { sortFindings, type Finding } from '../model/finding';
import { NOWHERE } from '../model/place';
import { resourceId } from '../model/resource';
import type { OutOfModel, PolicySet } from '../policies/policy';

/** What verdicts do not cover, each kind said once. @param doubts of the engine, where they are not kept there */
export function evaluationFindings(
  engine: Engine,
  policies: PolicySet,
  doubts: Doubts = engine.doubts,
): Finding[] {
  noteOwnNode(engine, doubts);
  return sortFindings([...doubts.findings(), ...policies.outOfModel.map(outOfModel)]);
}

/** Processes of a pod's own node always reach it, and nobody knows where pods run: said once, of the first host. */
function noteOwnNode({ ends, programs, knowsNodes }: Engine, doubts: Doubts): void {
  const host = ends.hostClasses[0]?.workloads[0];
  if (host === undefined && !knowsNodes) return;
  const isolated = ends.classes.some((end) => {
    const program = programs.of(end, 'ingress');
    return program !== undefined && program.policies.length > 0;
  });
  if (!isolated) return;
  const subject = host === undefined ? '' : `${host.kind}/${host.namespace}/${host.name}`;
  doubts.addPlace('own-node-open', subject, host?.place ?? NOWHERE);
}

function outOfModel({ resource, reason }: OutOfModel): Finding {
  const object = resourceId(resource);
  return {
    id: 'outside-the-model',
    severity: 'warning',
    message: `${object} may change who can talk to whom. ${reason}`,
    object,
    place: resource.place,
    mend: 'Judge what it allows or denies by hand; the verdicts here leave it out.',
  };
}
