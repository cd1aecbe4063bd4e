#!/usr/bin/env node
import { start } from './start';

// kubectl runs this as "kubectl intents": a plugin is a program called kubectl-<name> on the path.
start('kubectl intents');
