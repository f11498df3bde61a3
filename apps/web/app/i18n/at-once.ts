type Followed<T> = Promise<T> & { status?: 'fulfilled'; value?: T };

/**
 * The same promise, which `use` reads without suspending once it is kept: React looks at these two fields, and writes them itself
 * only where it waited. So `use` is called every time. Called only while something is missing, it breaks the hooks after it: React
 * goes on with a component that waited from where it stopped, and turns back only at the `use` that stopped it (errors 467 and 520).
 */
export function atOnce<T>(promise: Promise<T>): Promise<T> {
  const followed: Followed<T> = promise;
  followed.then(
    (value) => {
      followed.status = 'fulfilled';
      followed.value = value;
    },
    () => undefined, // whoever waits for it hears of it
  );
  return followed;
}
