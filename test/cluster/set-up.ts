import { buildControlPlane } from './control-plane';

/** Builds what the test files start, once: two of them would else build it at the same time. */
export default function setUp(): void {
  buildControlPlane();
}
