import type { TestContext } from 'node:test';
import { clientsOf } from '../support/asked.ts';
import { startServe } from '../support/cli.ts';
import { DOCKER_HOST } from './daemon.ts';

/** A server of its own over the suite's daemon, ended with the test, and clients of it. */
export const serve = (t: TestContext, more: readonly string[] = [], dataDir?: string) =>
  serveOver(t, ['--docker-host', DOCKER_HOST, '--capacity', 'vcpus=8,memory=8GiB', ...more], dataDir);

/** The same over daemons that the flags name. */
export const serveOver = async (t: TestContext, flags: readonly string[], dataDir?: string) => {
  const options = dataDir === undefined ? {} : { dataDir };
  const server = await startServe(t, ['--engine', 'docker', ...flags], options);
  return { server, ...clientsOf(t, server.url, server.dataDir) };
};
