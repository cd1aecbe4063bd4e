import { nearest, type FieldReader } from '../../model/field-reader';

/** What a staged policy would do if it were enforced. */
export type StagedAction = 'Set' | 'Delete' | 'Learn' | 'Ignore';

const ACTIONS: readonly StagedAction[] = ['Set', 'Delete', 'Learn', 'Ignore'];

/** Reads `spec.stagedAction`; `Set` when it is absent. */
export function readStagedAction(spec: FieldReader): StagedAction {
  const written = spec.string('stagedAction');
  if (written === undefined || written === '') return 'Set';
  const action = ACTIONS.find((known) => known === written);
  if (action !== undefined) return action;
  const near = nearest(written, ACTIONS);
  spec.problem(['stagedAction'], `spec.stagedAction is ${JSON.stringify(written)}, which is no action`, {
    mend: near === undefined ? `Use one of ${ACTIONS.join(', ')}.` : `Write ${near}, with this spelling.`,
  });
  return 'Set';
}
