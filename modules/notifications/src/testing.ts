import { newId, type Queries, statement } from '@madang/kernel';

const insertOne = statement<unknown, [string, string]>(
  'notifications.testing_insert',
  `insert into notifications.items (zone_id, id, user_id, kind, about, payload, created_at)
   values (madang.zone(), $1, $2, 'testing.told', $1, '{}', now())`,
);

/** Rows for the isolation walk: one notification of a person. */
export async function isolationFixtures(db: Queries & { readonly zoneId: string }, userId: string): Promise<{ notificationId: string }> {
  const notificationId = newId('note');
  await db.run(insertOne(notificationId, userId));
  return { notificationId };
}
