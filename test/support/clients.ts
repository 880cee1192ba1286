import { runCli } from './cli.ts';

/** What `longshore env` prints, as a client is started with it: nothing of the developer's own AWS settings beside it. */
export const environmentOf = async (
  dataDir: string,
  ...options: readonly string[]
): Promise<NodeJS.ProcessEnv> => {
  const { stdout } = await runCli(['env', '--data', dataDir, ...options]);
  const lines = [...stdout.matchAll(/^export (\w+)='(.*)'$/gm)].map(([, name, value]) => [name, value]);
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_'));
  return { ...Object.fromEntries(own), ...Object.fromEntries(lines), AWS_EC2_METADATA_DISABLED: 'true' };
};
