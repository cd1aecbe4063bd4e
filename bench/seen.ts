import { type Client, type KubeObject } from '../test/cluster/client';

/** When each object came to match a label selector, by namespace and name, as a watch tells it. */
export class Seen {
  readonly at = new Map<string, number>();
  private readonly stream: AsyncGenerator<{ type: string; object: KubeObject }>;

  constructor(api: Client, path: string) {
    this.stream = api.watch(path);
    void this.run();
  }

  private async run(): Promise<void> {
    try {
      for await (const { type, object } of this.stream) {
        const key = `${object.metadata?.namespace}/${object.metadata?.name}`;
        if (type === 'DELETED') this.at.delete(key);
        else if (!this.at.has(key)) this.at.set(key, performance.now());
      }
    } catch {
      // The connection was closed at the end.
    }
  }
}
