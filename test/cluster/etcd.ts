import { type IncomingMessage, request } from 'node:http';
import { type KubeObject } from './client';
import { canonical } from './stored';

/** One change of the database. */
export interface Change {
  readonly type: 'put' | 'delete';
  /** Namespace and name with a slash between, or the name alone. */
  readonly key: string;
  /** What is stored; absent after a deletion, and where the API server stores something other than JSON. */
  readonly object?: KubeObject;
}

/** The database of the API server, asked over its JSON gateway. */
export class Etcd {
  constructor(private readonly port: number) {}

  /** Whether it answers. */
  async isReady(): Promise<boolean> {
    return this.revision().then(
      () => true,
      () => false,
    );
  }

  /** Number of the last change. */
  async revision(): Promise<string> {
    const answer = await this.ask('/v3/kv/range', { key: encode('0') });
    return (answer as { header: { revision: string } }).header.revision;
  }

  /** Forgets every state but the last: watches and lists from an older one get 410. */
  async compact(): Promise<void> {
    await this.ask('/v3/kv/compaction', { revision: await this.revision(), physical: true });
  }

  /** Begins to record what happens to the objects under a prefix, such as `/registry/networkpolicies/`. */
  async record(prefix: string): Promise<Recording> {
    const end = `${prefix.slice(0, -1)}${String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1)}`;
    const query = { key: encode(prefix), range_end: encode(end) };
    const range = (await this.ask('/v3/kv/range', query)) as { header: { revision: string }; kvs?: Pair[] };
    const start = String(BigInt(range.header.revision) + 1n);
    const stream = await this.open('/v3/watch', { create_request: { ...query, start_revision: start } });
    return new Recording(prefix, range.kvs ?? [], stream);
  }

  private async ask(path: string, body: object): Promise<unknown> {
    const response = await this.open(path, body);
    let text = '';
    for await (const chunk of response.setEncoding('utf8')) text += chunk as string;
    if (response.statusCode !== 200) throw new Error(`etcd answers ${response.statusCode}: ${text}`);
    return JSON.parse(text);
  }

  private open(path: string, body: object): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const call = request(
        { host: '127.0.0.1', port: this.port, path, method: 'POST', agent: false },
        resolve,
      );
      call.once('error', reject);
      call.end(JSON.stringify(body));
    });
  }
}

/**
 * What happened to some objects since the recording began, from the database itself: it has no gap when the API server
 * is killed, and nothing is folded together as watches may. With it a test says what was there at every moment, and not
 * only at the end.
 */
export class Recording {
  /** Every change, in order. */
  readonly changes: Change[] = [];
  private readonly atFirst = new Map<string, KubeObject | undefined>();
  private readonly present = new Map<string, KubeObject | undefined>();

  constructor(
    private readonly prefix: string,
    pairs: readonly Pair[],
    private readonly stream: IncomingMessage,
  ) {
    for (const pair of pairs) {
      this.atFirst.set(this.keyOf(pair), objectOf(pair));
      this.present.set(this.keyOf(pair), objectOf(pair));
    }
    let rest = '';
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.take(JSON.parse(line) as Answer);
    });
    stream.on('error', () => undefined);
  }

  /** Ends the recording. */
  stop(): void {
    this.stream.destroy();
  }

  /** The names of the objects that are there now, in order. */
  names(): string[] {
    return [...this.present.keys()].sort();
  }

  /** The objects that are there now, by name. */
  objects(): ReadonlyMap<string, KubeObject | undefined> {
    return this.present;
  }

  /** Names of what was deleted, in order of time; a name may come twice. */
  deleted(from = 0): string[] {
    return this.changes.slice(from).flatMap(({ type, key }) => (type === 'delete' ? [key] : []));
  }

  /** The different specs that each object has had, the first one included; of a deleted object the last is "absent". */
  specs(): Map<string, string[]> {
    const specs = new Map([...this.atFirst].map(([key, object]) => [key, [canonical(object?.spec)]]));
    for (const { key, object } of this.changes) {
      const seen = specs.get(key) ?? [];
      const spec = object === undefined ? 'absent' : canonical(object.spec);
      if (seen.at(-1) !== spec) seen.push(spec);
      specs.set(key, seen);
    }
    return specs;
  }

  private take({ result }: Answer): void {
    for (const { type = 'PUT', kv } of result.events ?? []) {
      const key = this.keyOf(kv);
      const object = type === 'PUT' ? objectOf(kv) : undefined;
      if (type === 'PUT') this.present.set(key, object);
      else this.present.delete(key);
      this.changes.push({
        type: type === 'PUT' ? 'put' : 'delete',
        key,
        ...(object === undefined ? {} : { object }),
      });
    }
  }

  private keyOf({ key }: Pair): string {
    return Buffer.from(key, 'base64').toString('utf8').slice(this.prefix.length);
  }
}

interface Pair {
  readonly key: string;
  readonly value?: string;
}

interface Answer {
  readonly result: { readonly events?: readonly { readonly type?: string; readonly kv: Pair }[] };
}

function encode(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}

function objectOf({ value = '' }: Pair): KubeObject | undefined {
  try {
    return JSON.parse(Buffer.from(value, 'base64').toString('utf8')) as KubeObject;
  } catch {
    return undefined;
  }
}
