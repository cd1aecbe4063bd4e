import { Chart, Testing } from 'cdk8s';
import { ControllerDeployment, type ControllerDeploymentProps } from 'cdk8s-intents';
import { type KubeObject } from './client';
import { type ControlPlane } from './control-plane';
import { printRights, type Right } from '../../src/controller/required-rights';

/** Installs what the construct writes, and gives the arguments of its pods. */
export async function install(
  plane: ControlPlane,
  props: Partial<ControllerDeploymentProps>,
): Promise<{ readonly args: string[]; readonly rights: string[] }> {
  const chart = new Chart(Testing.app(), 'install', { namespace: 'intents' });
  new ControllerDeployment(chart, 'controller', { image: 'x/cdk8s-intents:0.1.0', ...props });
  const objects = Testing.synth(chart) as KubeObject[];
  for (const object of objects) await plane.api.apply(object, 'kubectl', true);
  const args = objects.find(({ kind }) => kind === 'Deployment')?.spec.template.spec.containers[0].args;
  return { args, rights: printRights(objects.flatMap(({ rules = [] }) => rules as Right[])) };
}
