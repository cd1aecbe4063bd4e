import type { Engine } from './engine';
import { sortFindings, type Finding } from '../model/finding';
import { resourceId } from '../model/resource';
import type { OutOfModel, PolicySet } from '../policies/policy';

/** What verdicts do not cover, each kind said once. */
export function evaluationFindings(engine: Engine, policies: PolicySet): Finding[] {
  noteOwnNode(engine);
  return sortFindings([...engine.doubts.findings(), ...policies.outOfModel.map(outOfModel)]);
}

/** Processes of a pod's own node always reach it, and nobody knows where pods run. */
function noteOwnNode({ ends, programs, doubts }: Engine): void {
  const host = ends.classes[ends.podCount]?.workloads[0];
  if (host === undefined) return;
  const isolated = ends.classes.some((end) => {
    const program = programs.of(end, 'ingress');
    return program !== undefined && program.policies.length > 0;
  });
  if (isolated) doubts.addPlace('own-node-open', `${host.kind}/${host.namespace}/${host.name}`, host.place);
}

function outOfModel({ resource, reason }: OutOfModel): Finding {
  const object = resourceId(resource);
  return {
    id: 'outside-the-model',
    severity: 'warning',
    message: `${object} may change who can talk to whom, but is not evaluated: ${reason}`,
    object,
    place: resource.place,
    mend: 'Judge what it allows or denies by hand; the verdicts here leave it out.',
  };
}
