import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CatalogEnvironment } from '../service/catalog.ts';
import { environmentViews } from './supply.ts';

const environments = [
  {
    seq: 1,
    name: 'e',
    state: 'ENABLED',
    status: 'VALID',
    type: 'MANAGED',
    minVcpus: 0,
    maxVcpus: 16,
    wish: undefined,
    resources: { type: 'EC2', instanceTypes: ['p3.2xlarge'], maxvCpus: 16, subnets: ['s'] },
  },
] as unknown as readonly CatalogEnvironment[];

const gpusOf = (hasNoGpus: boolean): number[] =>
  environmentViews(environments, { hasNoGpus }, []).flatMap(({ supply }) =>
    supply.kind === 'launched' ? supply.offers.map(({ size }) => size.gpus) : [],
  );

test('an environment is made once for an engine with GPUs to give, and once for one without', () => {
  assert.deepEqual(gpusOf(false), [1]);
  assert.deepEqual(gpusOf(true), [0]);
  assert.deepEqual(gpusOf(false), [1]);
  const again = () => environmentViews(environments, { hasNoGpus: true }, []);
  assert.equal(again(), again());
});
