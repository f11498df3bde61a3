import { session } from '../../../../api/browser.ts';
import type { Player } from './player.ts';
import { type Beacon, createViewReport, referrerOf, type ViewReport } from './view-report.ts';

const EVERY_MS = 10_000;

/** Tells the server what one view saw: every ten seconds while it plays, when it ends, and when the page is left. */
export function openBeacons(view: { videoId: string; embedded: boolean; known: () => boolean }): {
  report: ViewReport;
  follow(player: Player): () => void;
} {
  const framed = view.embedded && window.top !== window.self;
  const report = createViewReport({
    viewId: crypto.randomUUID(),
    referrer: referrerOf(document.referrer, location.host, framed),
    embedded: framed,
  });

  function send(beacon: Beacon | undefined, token: string | undefined): void {
    if (beacon === undefined) return;
    const headers = new Headers({ 'content-type': 'application/json' });
    if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
    // A beacon that is lost is lost: the next one tells on.
    void fetch(`/api/v1/videos/${encodeURIComponent(view.videoId)}/beacons`, {
      method: 'POST',
      headers,
      body: JSON.stringify(beacon),
      credentials: 'same-origin',
      keepalive: true,
    }).catch(() => undefined);
  }

  return {
    report,
    follow(player) {
      const take = () => report.take(performance.now(), player.state.rung === null ? null : String(player.state.rung));
      const tell = async () => {
        const token = view.known()
          ? await session()
              .bearer()
              .catch(() => undefined)
          : undefined;
        send(take(), token);
      };
      /** No time to ask for a token: with the one at hand. */
      const leave = () => send(take(), view.known() ? session().held() : undefined);
      const timer = setInterval(() => {
        if (!player.state.paused) void tell();
      }, EVERY_MS);
      let playing = false;
      let ended = false;
      const unfollow = player.subscribe(() => {
        const { paused, ended: atEnd } = player.state;
        // From the first second on there is a token for whoever leaves early.
        if (!paused && !playing && view.known())
          void session()
            .bearer()
            .catch(() => undefined);
        if (atEnd && !ended) void tell();
        playing = !paused;
        ended = atEnd;
      });
      const onHide = () => document.visibilityState === 'hidden' && leave();
      window.addEventListener('pagehide', leave);
      document.addEventListener('visibilitychange', onHide);
      return () => {
        clearInterval(timer);
        unfollow();
        window.removeEventListener('pagehide', leave);
        document.removeEventListener('visibilitychange', onHide);
        leave();
      };
    },
  };
}
