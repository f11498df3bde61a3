import { AUDIT_CITY_STATEMENTS } from '@madang/audit';
import { EVENT_CITY_STATEMENTS } from '@madang/events';
import { SIGNING_KEY_STATEMENTS } from '@madang/identity';
import { JOB_CITY_STATEMENTS } from '@madang/jobs';
import { findCityRevision, listCityZones } from '@madang/zones';

/** Everything that may read or write across zones, by name. A statement that is not here is refused before it is sent. */
export const CITY_STATEMENTS: readonly string[] = [
  listCityZones().name,
  findCityRevision().name,
  ...EVENT_CITY_STATEMENTS,
  ...JOB_CITY_STATEMENTS,
  ...AUDIT_CITY_STATEMENTS,
  ...SIGNING_KEY_STATEMENTS,
].filter((name) => name !== undefined);
