/** File systems by the number that Linux gives them, on which the database's locks and shared memory do not hold. */
const NETWORK: Readonly<Record<number, string>> = {
  26985: 'NFS',
  20859: 'SMB',
  4266872130: 'SMB',
  4283649346: 'CIFS',
  1702057286: 'FUSE',
  16914839: '9p',
  12805120: 'Ceph',
};

/** The name of a file system that is another machine's, or may be; undefined of one that is this machine's own. */
export const networkFileSystem = (type: number): string | undefined => NETWORK[type];
