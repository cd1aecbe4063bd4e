import pino, { type Logger } from 'pino';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export const LOG_FORMATS = ['json', 'text'] as const;

export interface LogOptions {
  readonly level: (typeof LOG_LEVELS)[number];
  /** `json` for machines, a line each; `text` for a person who reads along. */
  readonly format: (typeof LOG_FORMATS)[number];
  /** Name of this replica, in every line of JSON. */
  readonly instance: string;
  readonly write: (line: string) => void;
}

/** Fields that may hold a secret, wherever they stand on the first two levels; nothing we log has them, but errors of others might. */
const SECRETS = [
  'authorization',
  'token',
  'password',
  'key',
  'cert',
  'headers',
  'config',
  'request',
  'response',
];

/** A log as structured lines. Errors are their name, message and status; never what they carry of a request. */
export function createLog({ level, format, instance, write }: LogOptions): Logger {
  const writeText = (line: string): void => {
    write(textLine(line));
  };
  return pino(
    {
      level,
      base: { instance },
      messageKey: 'message',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`]), remove: true },
      serializers: { error: errorFields, err: errorFields },
    },
    { write: format === 'json' ? write : writeText },
  );
}

/** What an error says, and nothing of what it holds. */
export function errorFields(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const status = 'status' in error && typeof error.status === 'number' ? { status: error.status } : {};
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  return { name: error.name, message: error.message, ...status, ...code };
}

/** `2026-01-31T12:00:00.000Z warn  cannot write (object=NetworkPolicy/shop/a)`. */
function textLine(line: string): string {
  const fields = JSON.parse(line) as Record<string, unknown>;
  const { level, time, message, instance: _, ...others } = fields;
  const words = Object.entries(others).map(([key, value]) => `${key}=${printed(value)}`);
  const tail = words.length === 0 ? '' : ` (${words.join(', ')})`;
  return `${String(time)} ${String(level).padEnd(5)} ${printed(message)}${tail}\n`;
}

function printed(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'message' in value) return String(value.message);
  return typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
}
