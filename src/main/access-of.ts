import type { Access } from '../http/access.ts';
import { type Authorising, authorise, callerOf } from '../operations/access/authorise.ts';
import { LastUse } from '../operations/access/last-use.ts';
import { rootArn } from '../operations/access/names.ts';
import type { Principal } from '../service/principal.ts';
import type { Service } from '../service/service.ts';
import { noteUse } from '../store/access/keys.ts';
import { keepRootUse } from '../store/meta-rows.ts';
import type { RootKey } from './data-folder.ts';

/** Root may do everything, with each of its keys; of all others their policies say. */
export const accessOf = (service: Service, rootKeys: () => readonly RootKey[]): Access => {
  const arn = rootArn(service.account);
  const lastUse = new LastUse();
  const rootKey = (id: string) => rootKeys().find(({ accessKeyId }) => accessKeyId === id);
  const signerOf = async (accessKeyId: string, token: string | undefined) => {
    const root = rootKey(accessKeyId);
    if (root) {
      const caller = { arn, accessKeyId };
      return {
        key: { secret: root.secretAccessKey, arn },
        identity: caller,
        authorise: async () => caller,
        used: () => lastUse.note(service, accessKeyId, keepRootUse),
      };
    }
    const principal = await service.principals.find(service, accessKeyId, token);
    // what root asked for with a key that it has no more is as unknown as that key
    if (!principal || (principal.who.kind === 'root' && !rootKey(principal.who.key))) return undefined;
    return {
      key: keyOf(principal),
      identity: callerOf(principal),
      ...(principal.limits?.rate && { rate: principal.limits.rate }),
      authorise: (request: Authorising) => authorise(service, principal, request),
      used: (name: string, region: string) => {
        if (!principal.temporary)
          lastUse.note(service, accessKeyId, (tx, now) => noteUse(tx, accessKeyId, now, name, region));
      },
    };
  };
  return { signerOf };
};

const keyOf = ({ secret, arn, temporary }: Principal) => ({
  secret,
  arn,
  ...(temporary && { sessionToken: temporary.token, expiresAt: temporary.expiresAt }),
});
