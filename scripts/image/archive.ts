import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Image {
  /** `docker.io/library/longshore:0.1.0` */
  readonly name: string;
  /** As Docker's images say it: Entrypoint, Cmd, Env, User, … */
  readonly config: Readonly<Record<string, unknown>>;
  /** Folders of the root that are this user's, and nobody else's. */
  readonly owned?: { readonly uid: number; readonly folders: readonly string[] };
}

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/**
 * Makes an archive of one layer as `docker save` does, which Docker, containerd and Podman load, of all that is below `root`. No daemon and
 * no registry is asked. Needs GNU tar.
 */
export const writeImage = async (root: string, { name, config, owned }: Image, to: string): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-image-'));
  try {
    const layer = join(folder, 'layer.tar');
    tarOf(root, owned, layer);
    const digest = await digestOf(layer);
    const about = JSON.stringify({
      architecture: ARCHITECTURES[process.arch] ?? process.arch,
      os: 'linux',
      config,
      rootfs: { type: 'layers', diff_ids: [`sha256:${digest}`] },
      history: [{ created: '1970-01-01T00:00:00Z' }],
    });
    const aboutFile = `${createHash('sha256').update(about).digest('hex')}.json`;
    writeFileSync(join(folder, aboutFile), about);
    mkdirSync(join(folder, digest));
    const layers = [join(digest, 'layer.tar')];
    renameSync(layer, join(folder, layers[0]!));
    const manifest = [{ Config: aboutFile, RepoTags: [name], Layers: layers }];
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
    tar('--create', '--file', to, '--directory', folder, 'manifest.json', aboutFile, layers[0]!);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const tar = (...args: readonly string[]): void => {
  execFileSync('tar', ['--numeric-owner', '--sort=name', '--mtime=@0', ...args]);
};

/** Whoever packs it: all is root's, but for what is `owned`. */
const tarOf = (root: string, owned: Image['owned'], to: string): void => {
  const { uid = 0, folders = [] } = owned ?? {};
  const without = folders.map((path) => `--exclude=./${path}`);
  tar('--create', '--file', to, '--owner=0', '--group=0', '--directory', root, ...without, '.');
  if (folders.length === 0) return;
  const own = [`--owner=${uid}`, `--group=${uid}`, '--mode=700'];
  tar('--append', '--file', to, ...own, '--directory', root, ...folders.map((path) => `./${path}`));
};

const digestOf = async (file: string): Promise<string> => {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
};
