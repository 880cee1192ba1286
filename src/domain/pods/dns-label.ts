/** What Kubernetes takes for a name of most kinds. */
export const isDnsLabel = (name: string): boolean =>
  name.length <= 63 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name);

/** What such a name is to be, after the name itself. */
export const DNS_LABEL_TEXT =
  'must have up to 63 lower case letters, digits and hyphens, and neither begin nor end with a hyphen.';
