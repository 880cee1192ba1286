import { engineSuite } from '../contract/engine-suite.ts';
import { openKubernetesWorld } from './world.ts';

engineSuite('kubernetes', openKubernetesWorld, {
  missing: /^CannotStartContainerError: exec: "no-such-program-here": executable file not found in \$PATH/,
  impossible: { member: 'logConfiguration', container: { logConfiguration: { logDriver: 'splunk' } } },
});
