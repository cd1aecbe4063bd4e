import type { FieldReader } from '../../model/field-reader';
import type { JsonObject } from '../../model/json';
import type { Direction } from '../direction';
import type { CalicoAction, ProtocolNumber } from './policy';

const TCP = 6;

/** Reads the `http` part of a rule (calico-policy-model 2.2 item 4, 2.3 item 9) and says that it is not enforced. */
export function readHttp(
  rule: FieldReader,
  action: CalicoAction | undefined,
  protocol: ProtocolNumber | undefined,
  direction: Direction,
): JsonObject | undefined {
  const http = rule.object('http');
  if (http === undefined) return undefined;
  const refuse = (message: string, mend: string): void => {
    http.problem([], `${http.pathTo([])} ${message}`, { mend });
  };
  if (direction === 'egress')
    refuse('is not possible in an egress rule', 'Remove http, or write it in an ingress rule of the server.');
  if (action !== undefined && action !== 'Allow')
    refuse(`is possible only with action Allow, not with ${action}`, 'Remove http.');
  if (protocol !== undefined && protocol !== TCP) refuse('needs protocol TCP', 'Set protocol: TCP.');
  const methods = http.strings('methods') ?? [];
  if (new Set(methods).size < methods.length) refuse('names a method twice', 'List each method once.');
  http.objects('paths')?.forEach(checkPath);
  http.rejectUnknown();
  http.problem(
    [],
    `${http.pathTo([])} is enforced by none of Calico's Linux data planes: the rule allows every request on its ports`,
    {
      id: 'http-not-enforced',
      severity: 'warning',
      mend: 'Restrict requests in the application or a mesh; do not rely on this part.',
    },
  );
  return http.value;
}

function checkPath(path: FieldReader): void {
  const exact = path.string('exact');
  const prefix = path.string('prefix');
  path.rejectUnknown();
  const [written, ...more] = [exact, prefix].filter((one) => one !== undefined && one !== '');
  if (written === undefined || more.length > 0) {
    path.problem([], `${path.pathTo([])} needs exactly one of exact and prefix`, {
      mend: 'Write exact or prefix.',
    });
  } else if (!/^\/[^ ?#]*$/.test(written)) {
    path.problem([], `${path.pathTo([])} is ${JSON.stringify(written)}, which is no path`, {
      mend: 'A path starts with "/" and has no space, "?" or "#".',
    });
  }
}
