import { type ControlPlane } from './control-plane';
import { DEFAULT_SETTINGS } from './live-app';
import { projectClient, type ProjectClient } from './project-client';
import { SYSTEM_CLOCK } from '../../src/controller/api/clock';
import { createReflector } from '../../src/controller/api/reflector';
import { Controller } from '../../src/controller/controller';
import { type Drift } from '../../src/controller/controller-hooks';
import { type ControllerOptions } from '../../src/controller/controller-options';
import { discoverKinds } from '../../src/controller/observed/watched-kinds';

/** How a controller under test is started. */
export interface RunningOptions extends Partial<
  Pick<ControllerOptions, 'settings' | 'namespaces' | 'dryRun' | 'adopt' | 'clock' | 'finalizers'>
> {
  /** Where it reaches the API server; a fault proxy has another address. */
  readonly server?: string;
  readonly token?: string;
  /** Silence of a watch after which it is opened anew, in milliseconds. Default 3000 here. */
  readonly watchIdleMs?: number;
}

/** A controller in this process, leading, and what it said. */
export class RunningController {
  readonly drift: Drift[] = [];
  readonly log: string[] = [];

  private constructor(
    readonly controller: Controller,
    private readonly client: ProjectClient,
  ) {}

  /** Starts one. Returns at once when `synced` is false, else when it knows all of the cluster. */
  static async start(
    plane: ControlPlane,
    options: RunningOptions = {},
    synced = true,
  ): Promise<RunningController> {
    const { server, token, watchIdleMs = 3_000, ...given } = options;
    const client = projectClient(plane, {
      ...(server === undefined ? {} : { server }),
      ...(token === undefined ? {} : { token }),
      watchIdleMs,
      component: 'controller',
    });
    const drift: Drift[] = [];
    const log: string[] = [];
    const say = (level: string) => (fields: object, message: string) => {
      log.push(`${level} ${message} ${JSON.stringify(fields)}`);
    };
    const controller = new Controller({
      api: client.api,
      reflector: createReflector,
      clock: SYSTEM_CLOCK,
      random: Math.random,
      fieldManager: 'cdk8s-intents',
      kinds: await discoverKinds(client.api, { namespaced: given.namespaces !== undefined }),
      settings: DEFAULT_SETTINGS,
      instance: 'under-test',
      hooks: { onDrift: (each) => drift.push(each) },
      log: { debug: () => undefined, info: say('info'), warn: say('warn'), error: say('error') },
      ...given,
    });
    const running = new RunningController(controller, client);
    Object.assign(running, { drift, log });
    controller.start();
    controller.lead();
    if (synced) await controller.whenSynced;
    return running;
  }

  /** Ends it in order. */
  async stop(): Promise<void> {
    await this.controller.stop();
    this.client.close();
  }
}
