export const HUB = 'docker.io';
export const HUB_INDEX = `index.${HUB}`;

/** An image's name taken apart as the daemon does: what to pull, and whose credentials it needs. */
export interface Reference {
  /** `docker.io/library/busybox` and the like, without tag or digest. */
  readonly name: string;
  /** A tag or a digest; `latest` when none was given. */
  readonly tag: string;
  /** `docker.io`, `localhost:5000`, `012345678910.dkr.ecr.us-east-1.amazonaws.com`. */
  readonly registry: string;
}

/** Rule S-275: `name`, `org/name`, `domain/org/name`, each with or without `:tag` or `@digest`. */
export const referenceOf = (image: string): Reference => {
  const [name = '', digest] = image.split('@', 2);
  const slash = name.lastIndexOf('/');
  const colon = name.indexOf(':', slash + 1);
  const bare = colon < 0 ? name : name.slice(0, colon);
  const tag = digest ?? (colon < 0 ? 'latest' : name.slice(colon + 1));
  return { name: bare, tag, registry: registryOf(bare) };
};

/** A first part with a dot or a port, or `localhost`, is a host; everything else is on Docker Hub, which has two names. */
const registryOf = (name: string): string => {
  const first = name.slice(0, Math.max(name.indexOf('/'), 0));
  if (first === HUB_INDEX) return HUB;
  return /[.:]/.test(first) || first === 'localhost' ? first : HUB;
};

/** The name that configs of credentials and Docker's daemon know a registry by: the one for short image names has an old one. */
export const registryKey = (registry: string): string =>
  registry === HUB ? `https://${HUB_INDEX}/v1/` : registry;
