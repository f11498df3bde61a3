const MIB = 1024 * 1024;
const GIGABYTE = 1_000_000_000;

/** What uploads keep to. Bytes, seconds, pixels. */
export interface UploadRules {
  /** Largest file. */
  readonly maxBytes: number;
  /** Longest film and its longest side; what the probe refuses, said beforehand. */
  readonly maxSeconds: number;
  readonly maxSide: number;
  /** What one person may keep here in all. */
  readonly personBytes: number;
  /** Uploads one person may have begun and not finished. */
  readonly openUploads: number;
  /** An upload that nothing was made of is given up after this. */
  readonly keepSeconds: number;
  /** What one stored part holds at most, and what a node that is killed may lose of a request under way. */
  readonly partBytes: number;
  /** Parts of a request that are stored at once: one fills while the others become durable. */
  readonly partsAtOnce: number;
  /** The most that a request with a checksum carries. */
  readonly checkedBytes: number;
  /** A body that is silent for this long has ended. */
  readonly idleSeconds: number;
  /** How long a writer of whom nothing is heard keeps others out. */
  readonly leaseSeconds: number;
}

const DEFAULTS: Omit<UploadRules, 'partBytes' | 'partsAtOnce'> = {
  maxBytes: 20 * GIGABYTE,
  maxSeconds: 12 * 3600,
  maxSide: 8192,
  personBytes: 20 * GIGABYTE,
  openUploads: 20,
  keepSeconds: 7 * 24 * 3600,
  checkedBytes: 64 * MIB,
  idleSeconds: 60,
  leaseSeconds: 5,
};

/**
 * `local` for a store on this machine's disk, which waits for the disk and holds nothing in memory. One behind a network
 * holds its parts until they are sent, and takes 8 MiB in one request.
 */
export function uploadRules(local: boolean, changes: Partial<UploadRules> = {}): UploadRules {
  const parts = local ? { partBytes: 16 * MIB, partsAtOnce: 3 } : { partBytes: 8 * MIB, partsAtOnce: 2 };
  return { ...DEFAULTS, ...parts, ...changes };
}
