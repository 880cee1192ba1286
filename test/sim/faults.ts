import type { Cluster } from './cluster/cluster.ts';
import { strikeCluster } from './cluster/faults.ts';
import type { Disk } from './disk.ts';
import type { Host } from './host.ts';
import type { Hosts } from './hosts.ts';
import type { Random } from './random.ts';
import type { Server } from './server.ts';
import type { Fault } from './swarm.ts';
import type { Time } from './time.ts';

/** How often each comes now: what is not gone does not come back. */
export const possible = (
  weights: Readonly<Record<Fault, number>>,
  host: Host,
  cluster: Cluster | undefined,
): Readonly<Record<Fault, number>> => {
  const areAllThere = cluster?.kubelets.silent.size === 0;
  return {
    ...weights,
    [host.hidden.size > 0 ? 'hidden host' : 'host back']: 0,
    ...(areAllThere && { 'node back': 0 }),
  };
};

const DAY = 86_400_000;
const HOUR = 3_600_000;

/** Does one bad thing to the world; resolves to what it was, undefined when there was nothing to do it to. */
export const strike = (
  fault: Fault,
  r: Random,
  parts: {
    readonly disk: Disk;
    /** Of a world without a cluster. */
    readonly host: Host;
    readonly cluster: Cluster | undefined;
    readonly hosts: Hosts;
    readonly time: Time;
    readonly server: Server;
  },
): string | undefined => {
  const { disk, host, cluster, hosts, time, server } = parts;
  switch (fault) {
    case 'crash':
      server.doors.cut();
      return '';
    case 'crash at a door': {
      if (server.doors.isDoomed()) return undefined;
      const doors = r.skewed(1, 80);
      server.doors.cutAfter(doors);
      return `after ${doors} more`;
    }
    case 'reboot':
      server.doors.cut();
      (cluster ?? host).reboot();
      return time.bootId;
    case 'clock set':
      time.jump(r.int(-DAY, DAY));
      return new Date(time.wall()).toISOString();
    case 'clock jumps a year':
      time.jump((r.chance(0.5) ? 365 : -365) * DAY);
      return new Date(time.wall()).toISOString();
    case 'asleep': {
      const hours = r.skewed(1, 48);
      time.sleep(hours * HOUR);
      return `for ${hours} hours`;
    }
    case 'full disk': {
      const after = r.skewed(0, 40);
      disk.faults.push({ kind: 'statement', after });
      return `after ${after} statements`;
    }
    case 'failed commit':
      disk.faults.push({ kind: 'commit', after: r.skewed(0, 2) });
      return '';
    case 'failed commit of many': {
      const kind = disk.waitsForPlaced() || r.chance(0.2) ? 'group' : 'placed';
      disk.faults.push({ kind, after: 0 });
      return kind;
    }
    case 'forgotten task':
      return host.forgetOne(r);
    case 'hidden host': {
      const hidden = host.hide(r);
      return hidden === 0 ? undefined : `${hidden} tasks`;
    }
    case 'host back':
      return `${host.reveal()} tasks`;
    case 'engine away': {
      const milliseconds = r.skewed(100, 20_000);
      host.awayUntil = time.now + milliseconds;
      return `for ${milliseconds} ms`;
    }
    case 'host turns':
      return hosts.turn(r);
    case 'host used':
      return hosts.use(r);
    default:
      return cluster && strikeCluster(fault, r, cluster, time);
  }
};
