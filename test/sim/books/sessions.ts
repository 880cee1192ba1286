/* Roles and their sessions, as the books know them. */

const ROLE = 'arn:aws:iam::012345678910:role/';

export interface Session {
  readonly role: string;
  /** What its jobs are known to be submitted by: a role that is made anew is another. */
  readonly id: string;
  /** Which of the roles that had that name it is of. */
  readonly life: number;
  readonly keys: { readonly accessKeyId: string; readonly token: string };
  /** By the wall clock. */
  readonly endsAt: number;
  /** Its time was over at some moment, though the clock may have been set back since. */
  isOver: boolean;
}

interface Role {
  readonly life: number;
  readonly trusted: ReadonlySet<string>;
}

/** So many are used, the newest. */
const MOST_USED = 12;

export class Sessions {
  private readonly roles = new Map<string, Role>();
  private readonly all = new Map<string, Session>();
  private lives = 0;

  hasRole(role: string): boolean {
    return this.roles.has(role);
  }

  make(role: string, trusted: ReadonlySet<string>): void {
    this.roles.set(role, { life: ++this.lives, trusted });
  }

  trust(role: string, trusted: ReadonlySet<string>): void {
    this.roles.set(role, { ...this.roles.get(role)!, trusted });
  }

  drop(role: string): void {
    this.roles.delete(role);
  }

  trusts(roleArn: string, user: string): boolean {
    return this.roles.get(roleArn.slice(ROLE.length))?.trusted.has(user) ?? false;
  }

  /** STS gave out keys; `who` is what requests with them are by. */
  issued(role: string, name: string, keys: Session['keys'], endsAt: number): void {
    const { life } = this.roles.get(role)!;
    const session = { role, life, keys, endsAt, id: `${role}.${life}:${name}`, isOver: false };
    this.all.set(`${role}/${name}/${keys.accessKeyId}`, session);
  }

  get(who: string): Session | undefined {
    return this.all.get(who);
  }

  isThere({ role, life }: Session): boolean {
    return this.roles.get(role)?.life === life;
  }

  /** The wall clock says so now. */
  tick(wall: number): void {
    for (const session of this.all.values()) if (wall >= session.endsAt) session.isOver = true;
  }

  /** Who may ask with the keys of a session: also with those of a role that has gone. */
  usable(): string[] {
    return [...this.all]
      .filter(([, { isOver }]) => !isOver)
      .slice(-MOST_USED)
      .map(([who]) => who);
  }
}

export const roleArnOf = (role: string): string => `${ROLE}${role}`;
