import type { IncomingMessage } from 'node:http';
import type { Refusal } from '../domain/refusal.ts';
import type { Log } from '../lib/logger.ts';

/** Who is turned away for good is told of, with what it says of itself, so that an operator sees a wrong key or an attack. */
export const tellForbidden = (
  log: Log,
  request: IncomingMessage,
  refusal: Refusal,
  requestId: string,
): void => {
  // Logs and ECS say so with 400
  if (refusal.status !== 403 && refusal.type !== 'AccessDeniedException') return;
  const { method, url, socket } = request;
  const accessKeyId = /Credential=([^/,\s]{1,128})\//.exec(request.headers.authorization ?? '')?.[1];
  const path = url?.split('?', 1)[0]?.slice(0, 256);
  log.info(
    {
      requestId,
      from: socket.remoteAddress,
      method,
      path,
      ...(accessKeyId && { accessKeyId }),
      error: refusal.type,
    },
    'a request was refused',
  );
};
