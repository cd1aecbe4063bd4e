import { isJsonObject } from '../../model/json';
import { ApiError } from './api-error';
import type { ApiResource } from './api-resource';
import { LineSplitter } from './json-lines';
import type { WatchEvent, WatchEventType } from './kubernetes-api';
import { named } from './list-in-pages';
import { errorOfStatus, parseJson } from './status';
import { LineError } from './transport';

const TYPES: ReadonlySet<string> = new Set([
  'ADDED',
  'MODIFIED',
  'DELETED',
  'BOOKMARK',
] satisfies WatchEventType[]);

/**
 * Takes the lines of a watch apart until it ends.
 * @param stream opens the watch and gives its bytes to what it is given
 * @throws ApiError for an ERROR event; LineError for a line that is no event
 */
export async function readWatch(
  resource: ApiResource,
  onEvent: (event: WatchEvent) => void,
  stream: (onPart: (part: Buffer) => void) => Promise<void>,
): Promise<void> {
  let refused: ApiError | undefined;
  const lines = new LineSplitter((line) => {
    const event = readEvent(resource, line);
    if (event instanceof ApiError) refused = event;
    if (refused !== undefined) throw refused;
    if (!(event instanceof ApiError)) onEvent(event);
  });
  try {
    await stream((part) => {
      lines.write(part);
    });
  } catch (error) {
    // The connection was broken off because of it, and says so in words of its own.
    throw refused ?? error;
  }
}

function readEvent(resource: ApiResource, line: string): WatchEvent | ApiError {
  const event = parseJson(line);
  if (!isJsonObject(event)) throw new LineError('The watch sent a line that is no JSON object');
  const { type, object } = event;
  if (type === 'ERROR') return errorOfStatus(isJsonObject(object) ? object : {});
  if (typeof type !== 'string' || !isEventType(type) || !isJsonObject(object)) {
    throw new LineError('The watch sent a line that is no event');
  }
  return { type, object: named(resource, object) };
}

function isEventType(type: string): type is WatchEventType {
  return TYPES.has(type);
}
