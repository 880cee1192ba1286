import { engineSuite } from '../contract/engine-suite.ts';
import { openDockerWorld } from './world.ts';

engineSuite('docker', (t) => openDockerWorld(t), {
  emptyCommand: /^CannotCreateContainerError: Error response from daemon: No command specified/,
  impossible: { member: 'logConfiguration', container: { logConfiguration: { logDriver: 'splunk' } } },
});
