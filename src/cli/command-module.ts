import type { Command } from 'commander';
import type { Terminal } from './terminal';

/** What the file of a command exports as `command`. */
export interface CommandModule {
  /**
   * Adds arguments, options, help and the action. The action gives its exit code to `finish`: 0 fine, 1 findings or
   * failed tests. For bad use and unreadable input (2) it throws a UsageError.
   */
  declare(command: Command, terminal: Terminal, finish: (exitCode: number) => void): void;
}

/** A command as the list in the help shows it. Its file is `./<name>`, loaded only when the command is asked for. */
export interface CommandEntry {
  readonly name: string;
  /** Half a sentence, as the list of commands shows it. */
  readonly summary: string;
}

/** Every command, in the order of the help. */
export const COMMANDS: readonly CommandEntry[] = [
  { name: 'synth', summary: 'run a cdk8s app, and keep the old output when it fails' },
  { name: 'compile', summary: 'make the policies and labels of ClientIntents, and prove them' },
  { name: 'convert', summary: 'bring ClientIntents into another API version, without loss' },
  { name: 'adopt', summary: 'write the intents that say what other systems and policies say' },
  { name: 'import', summary: 'draft intents of traffic that was seen, from flow logs' },
  { name: 'connectivity', summary: 'who can talk to whom under all policies together' },
  { name: 'diff', summary: 'what a change of manifests means for who can talk to whom' },
  { name: 'replay', summary: 'what policies would cut of traffic that was seen' },
  { name: 'drift', summary: 'whether committed manifests are what the app writes now' },
  { name: 'map', summary: 'a picture of who can talk to whom, as one page' },
  { name: 'check', summary: 'policies and intents that do not say what was meant' },
  { name: 'test', summary: 'check expected flows against the policies' },
  { name: 'explain', summary: 'which policy and rule decides about one connection' },
  { name: 'controller', summary: 'keep policies and labels of a live cluster as its intents want them' },
  { name: 'dns-lock', summary: 'keep the addresses of domain names in a file to commit' },
  { name: 'completion', summary: 'words that may stand next, for bash, zsh and fish' },
];
