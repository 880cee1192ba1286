import { openFakeWorld } from '../support/kubernetes/world.ts';
import { engineSuite } from './engine-suite.ts';

engineSuite('kubernetes, imagined', openFakeWorld, {
  emptyCommand: /no command specified/,
  missing: /^CannotStartContainerError: exec: "no-such-program-here": executable file not found in \$PATH/,
  impossible: { member: 'logConfiguration', container: { logConfiguration: { logDriver: 'splunk' } } },
});
