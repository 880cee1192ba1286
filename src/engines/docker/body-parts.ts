/** What the create body is made of beside the order. */
export interface BodyParts {
  readonly dataId: string;
  readonly bootId: string;
  /** `host`, `bridge`, `none`, or a network's name. */
  readonly network: string;
  /** Of the secrets that the container names, by variable. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Numbers of the GPUs that are its own. */
  readonly gpus: readonly number[];
  /** Of a node: it is in the network of its attempt instead. */
  readonly attachment?: Attachment;
}

/** How a node's container finds the others of its attempt, and they it. */
export interface Attachment {
  /** The network's id. */
  readonly network: string;
  /** Its own names there. */
  readonly names: readonly string[];
  /** IPv4; not of the main node, which is there itself. */
  readonly mainAddress?: string;
}
