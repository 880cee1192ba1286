import { pino } from 'pino';
import type { Log } from '../lib/logger.ts';

/** Lines are written together, as many as come within this time or fill this much: one write is dearer than a line. */
const GATHER_MILLISECONDS = 50;
const GATHER_BYTES = 8192;

/**
 * The server's own log: JSON lines on stderr, of this level and worse unless LONGSHORE_LOG says otherwise. What went wrong
 * is written at once, and all of it before the process ends.
 */
export const processLog = (level: 'info' | 'warn' = 'info'): Log => {
  const lines = pino.destination({
    dest: 2,
    sync: true,
    minLength: GATHER_BYTES,
    periodicFlush: GATHER_MILLISECONDS,
  });
  process.on('exit', () => lines.flushSync());
  const log = pino({ level: process.env.LONGSHORE_LOG || level, base: null }, lines);
  const atOnce =
    (say: (fields: object, message: string) => void) =>
    (fields: object, message: string): void => {
      say(fields, message);
      lines.flushSync();
    };
  return {
    debug: (fields, message) => log.debug(fields, message),
    info: (fields, message) => log.info(fields, message),
    warn: atOnce((fields, message) => log.warn(fields, message)),
    error: atOnce((fields, message) => log.error(fields, message)),
  };
};
