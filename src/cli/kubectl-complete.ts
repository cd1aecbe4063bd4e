#!/usr/bin/env node
import { candidates } from './completion-candidates';
import { declaredCommands } from './declared-commands';

// kubectl asks the program kubectl_complete-<name> on the path for the words that may stand next, one a line, and for a
// directive after a colon: 0 lets the shell offer files too, 4 does not (kubectl, "Extend kubectl with plugins").
const { words, files } = candidates(process.argv.slice(2), declaredCommands());
process.stdout.write(`${[...words, `:${files ? 0 : 4}`].join('\n')}\n`);
