/** Writes the manifests of all example apps to `dist/`: this is what `npx cdk8s synth` runs. */
import { controller } from './controller/app';
import { onlineBoutique } from './online-boutique/app';
import { platform } from './platform/app';
import { tutorial } from './tutorial/app';

for (const app of [tutorial(), onlineBoutique(), platform(), controller()]) app.synth();
