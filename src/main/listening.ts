import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Config, UsageError } from './config.ts';

/** The first descriptor that systemd hands over, see sd_listen_fds(3). */
const FIRST_HANDED = 3;

/**
 * The listening socket that was handed over by whoever started this process (`LISTEN_PID`, `LISTEN_FDS`), as systemd does:
 * it takes connections while no server runs, so that a restart is a pause for clients. Undefined where there is none.
 */
export const handedSocket = (environment: NodeJS.ProcessEnv, pid: number): number | undefined => {
  const { LISTEN_PID, LISTEN_FDS } = environment;
  if (LISTEN_FDS === undefined || Number(LISTEN_PID) !== pid) return undefined;
  if (LISTEN_FDS !== '1')
    throw new UsageError(`LISTEN_FDS hands over ${LISTEN_FDS} sockets: serve takes one, of TCP`);
  return FIRST_HANDED;
};

/** Listens on the socket that was handed over, or else where the configuration says. */
export const listen = (
  server: Server,
  { handed, host, port }: Pick<Config, 'handed' | 'host' | 'port'>,
): Promise<void> => {
  const place = handed === undefined ? `${host}:${port}` : 'the socket that was handed over';
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') reject(new UsageError(`port ${port} of ${host} is in use`));
      else reject(new UsageError(`cannot listen on ${place}: ${error.message}`));
    });
    const listening = () => {
      // a path where it is a Unix socket, and null where that was handed over
      const bound = server.address();
      if (bound !== null && typeof bound === 'object') resolve();
      else
        reject(new UsageError('the socket that was handed over is not of TCP: clients could not reach it'));
    };
    if (handed === undefined) server.listen(port, host, listening);
    else server.listen({ fd: handed }, listening);
  });
};

/** Where clients on this machine reach it: one that listens everywhere is found on the loopback. */
export const urlOf = ({ handed, host }: Pick<Config, 'handed' | 'host'>, bound: AddressInfo): string => {
  const address = handed === undefined ? host : bound.address;
  const reachable = address === '0.0.0.0' ? '127.0.0.1' : address === '::' ? '::1' : address;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${bound.port}`;
};

/** How long a request under way may take once the server stops. */
const FINISH_MILLISECONDS = 2000;

/** Answers what is under way, then lets go of every connection: one that a client keeps open holds nothing up. */
export const closeServer = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    const sweep = setInterval(() => server.closeIdleConnections(), 50);
    const giveUp = setTimeout(() => server.closeAllConnections(), FINISH_MILLISECONDS);
    server.close(() => {
      clearInterval(sweep);
      clearTimeout(giveUp);
      resolve();
    });
    server.closeIdleConnections();
  });
