import { join } from "node:path";

/** Where one Ceph cluster of the tests lives. */
export interface CephPlace {
  readonly folder: string;
  readonly clusterId: string;
  readonly monitorPort: number;
}

/**
 * A cluster of one monitor and one memory store that keeps every file below its own folder and listens on 127.0.0.1 only.
 * cephx is on because the monitor refuses radosgw without it.
 */
export function formatCephConfig({ folder, clusterId, monitorPort }: CephPlace): string {
  const settings = {
    fsid: clusterId,
    "mon host": `v2:127.0.0.1:${monitorPort}/0`,
    "ms bind msgr1": false,
    "public addr": "127.0.0.1",
    "auth cluster required": "cephx",
    "auth service required": "cephx",
    "auth client required": "cephx",
    "setuser match path": folder,
    keyring: join(folder, "keyring"),
    "mon data": join(folder, "mon"),
    "osd data": join(folder, "osd"),
    "rgw data": join(folder, "rgw"),
    "run dir": folder,
    "crash dir": folder,
    "log file": join(folder, "$name.log"),
    "admin socket": join(folder, "$name.asok"),
    "pid file": join(folder, "$name.pid"),
    "osd objectstore": "memstore",
    "memstore device bytes": 4 * 1024 ** 3,
    "osd pool default size": 1,
    "osd pool default min size": 1,
    "osd pool default pg num": 1,
    "osd pool default pg autoscale mode": "off",
    "osd crush chooseleaf type": 0,
    "mon allow pool size one": true,
    // Each of the dozen pools that the gateway creates waits for a round of the monitor: with the usual second a round
    // the cluster is up after 15 s, with this after 2 s.
    "paxos propose interval": 0.05,
    "paxos min wait": 0.01,
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  return `[global]\n${lines.join("\n")}\n`;
}
