import type { DefaultDenyEverywhere } from './default-deny';
import { nearest } from '../model/field-reader';
import type { Finding } from '../model/finding';
import { constructPlace } from '../model/place';

/** The finding of an exempt namespace. */
export const EXEMPT = 'default-deny-exempt';

/** Says which namespaces a default deny of the whole app leaves out, and which of the names it was given mean none. */
export function exemptionFindings(deny: DefaultDenyEverywhere): Finding[] {
  const { namespaces, exempted, unknown } = deny.exemption();
  const place = constructPlace(deny.node.path);
  return [
    ...exempted.map((name): Finding => ({
      id: EXEMPT,
      severity: 'info',
      message: `Namespace ${name} is exempt from the default deny: its pods are open, but for policies of their own`,
      object: `Namespace/${name}`,
      place,
      mend: 'Take it off the exempt list once it has policies of its own.',
    })),
    ...unknown.map((name): Finding => {
      const near = nearest(name, namespaces);
      return {
        id: 'exempt-unknown-namespace',
        // Lists of system namespaces are shared by apps that have none of them; a name close to one is a slip.
        severity: near === undefined ? 'info' : 'warning',
        message: `${JSON.stringify(name)} is exempt from the default deny, but the app has no namespace of that name: nothing is left out for it`,
        place,
        mend:
          near === undefined
            ? 'Take it off the exempt list.'
            : `Did you mean ${near}? Otherwise take it off the exempt list.`,
      };
    }),
  ];
}
