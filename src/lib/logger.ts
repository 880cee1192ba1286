/** The process log, as much of it as anything below `main` needs. Never hand it a secret. */
export interface Log {
  /** What an operator need not see; not shown unless asked for. */
  debug(fields: Record<string, unknown>, message: string): void;
  /** The activity log: what people asked for. Shown. */
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
}

export const silentLog: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
