import { type IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';

/** An object as the API server has it; tests look into it freely. */
export type KubeObject = Record<string, any>;

/** What the API server refuses, with the words it says. */
export class ApiError extends Error {
  constructor(
    readonly code: number,
    readonly reason: string,
    message: string,
  ) {
    super(message);
  }
}

/** One event of a watch. */
export interface WatchEvent {
  readonly type: string;
  readonly object: KubeObject;
}

/** Resource types of a group and version, by kind. */
type Kinds = ReadonlyMap<string, { readonly plural: string; readonly namespaced: boolean }>;

const APPLY = 'application/apply-patch+yaml';
const MERGE = 'application/merge-patch+json';

/**
 * A second consumer of the API: JSON as it is, over the HTTPS of Node, and nothing of the project nor of its client
 * library. What one of the two leaves out the other still sees.
 */
export class Client {
  /** What the server warned of, in the order of its answers: kubectl prints these as "Warning: …". */
  readonly warnings: string[] = [];
  private readonly agent: Agent;
  private readonly kinds = new Map<string, Kinds>();

  constructor(
    private readonly url: string,
    certificate: string,
    private readonly token: string,
    /** What the audit log calls the requests of this client. */
    readonly userAgent = 'the-test',
  ) {
    this.agent = new Agent({ keepAlive: true, ca: certificate });
  }

  /** Closes the connections, and with them the watches. */
  close(): void {
    this.agent.destroy();
  }

  /** GETs a path. Throws an ApiError when refused. */
  get(path: string): Promise<KubeObject> {
    return this.send('GET', path);
  }

  /** The items of a list, all of them. */
  async list(path: string): Promise<KubeObject[]> {
    return (await this.get(path)).items as KubeObject[];
  }

  /** Creates an object and returns what the server made of it. */
  async create(object: KubeObject, parameters = ''): Promise<KubeObject> {
    return this.send('POST', `${await this.collectionOf(object)}${parameters}`, object);
  }

  /** Replaces an object that was read. */
  async replace(object: KubeObject): Promise<KubeObject> {
    return this.send('PUT', await this.pathOf(object), object);
  }

  /** Applies an object on the server's side. */
  async apply(object: KubeObject, fieldManager = 'the-test', force = false): Promise<KubeObject> {
    const query = `?fieldManager=${fieldManager}${force ? '&force=true' : ''}`;
    return this.send('PATCH', `${await this.pathOf(object)}${query}`, object, APPLY);
  }

  /** Merges a part into an object, named by its own fields or by one with the same name. */
  async merge(object: KubeObject, part: object, subresource = ''): Promise<KubeObject> {
    return this.send('PATCH', `${await this.pathOf(object)}${subresource}`, part, MERGE);
  }

  /** Deletes an object. */
  async delete(object: KubeObject): Promise<void> {
    await this.send('DELETE', await this.pathOf(object));
  }

  /** The path of an object. */
  async pathOf(object: KubeObject): Promise<string> {
    return `${await this.collectionOf(object)}/${object.metadata.name}`;
  }

  /** The path that objects of this kind are created at. */
  async collectionOf(object: KubeObject): Promise<string> {
    const root = object.apiVersion.includes('/') ? `/apis/${object.apiVersion}` : `/api/${object.apiVersion}`;
    const type =
      (await this.kindsOf(root)).get(object.kind as string) ??
      (await this.kindsOf(root, true)).get(object.kind);
    if (type === undefined) throw new Error(`the server has no ${object.apiVersion} ${object.kind}`);
    if (!type.namespaced) return `${root}/${type.plural}`;
    return `${root}/namespaces/${object.metadata.namespace ?? 'default'}/${type.plural}`;
  }

  /** Sends a request and returns the object of the answer. Throws an ApiError when refused. */
  async send(method: string, path: string, body?: object, type = 'application/json'): Promise<KubeObject> {
    const response = await this.open(method, path, body, type);
    this.warnings.push(...warningsOf(response));
    let text = '';
    for await (const chunk of response.setEncoding('utf8')) text += chunk as string;
    const answer = parse(text);
    if ((response.statusCode ?? 0) < 300) return answer;
    throw new ApiError(response.statusCode ?? 0, answer.reason ?? '', answer.message ?? text);
  }

  /** Watches a list until the server or `close` ends it. The path has its query already. */
  async *watch(path: string): AsyncGenerator<WatchEvent> {
    const response = await this.open('GET', `${path}${path.includes('?') ? '&' : '?'}watch=true`);
    let rest = '';
    for await (const chunk of response.setEncoding('utf8')) {
      const lines = (rest + (chunk as string)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) yield JSON.parse(line) as WatchEvent;
    }
  }

  private open(method: string, path: string, body?: object, type?: string): Promise<IncomingMessage> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const call = request(
        new URL(path, this.url),
        {
          method,
          agent: this.agent,
          headers: {
            authorization: `Bearer ${this.token}`,
            'user-agent': this.userAgent,
            accept: 'application/json',
            ...(text === undefined
              ? {}
              : { 'content-type': type, 'content-length': Buffer.byteLength(text) }),
          },
        },
        resolve,
      );
      call.once('error', reject);
      call.end(text);
    });
  }

  private async kindsOf(root: string, again = false): Promise<Kinds> {
    const known = this.kinds.get(root);
    if (known !== undefined && !again) return known;
    const { resources = [] } = await this.get(root);
    const kinds: Kinds = new Map(
      (resources as KubeObject[])
        .filter(({ name }) => !name.includes('/'))
        .map(({ name, kind, namespaced }) => [kind, { plural: name, namespaced }]),
    );
    this.kinds.set(root, kinds);
    return kinds;
  }
}

/** Some answers, like that of /readyz, are text. */
function parse(text: string): KubeObject {
  try {
    return JSON.parse(text) as KubeObject;
  } catch {
    return { message: text };
  }
}

/** The header as RFC 9111 had it: `299 - "text"`, several with commas between, quotes in a text with a backslash. */
function warningsOf(response: IncomingMessage): string[] {
  const header = response.headers.warning ?? '';
  return [...header.matchAll(/299 - "((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) =>
    text.replace(/\\(.)/g, '$1'),
  );
}
