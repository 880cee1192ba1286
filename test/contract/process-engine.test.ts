import { openProcessWorld } from '../support/process-world.ts';
import { engineSuite } from './engine-suite.ts';

engineSuite('process', openProcessWorld);
