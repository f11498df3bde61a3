import type { AuditLog } from '@madang/audit/contract';
import { RichText } from '../../i18n/rich-text.tsx';
import { useTranslation } from '../../i18n/use-translation.ts';
import { DeviceName } from '../../ui/device-name.tsx';
import { Drawer } from '../../ui/drawer.tsx';
import { Time } from '../../ui/time.tsx';
import styles from './audit.module.css';
import { useAuditWords } from './audit-list.tsx';
import { namesWanted, sentenceOf } from './audit-sentence.ts';
import { useKnownNames } from './known-names.ts';

const bold = { b: (inner: string) => <b>{inner}</b>, code: (inner: string) => <b className="mono">{inner}</b> };

/** Everything the log keeps of one row. */
export default function AuditDrawer({ row, onClose }: { row: AuditLog; onClose: () => void }) {
  const { t } = useTranslation('administration');
  const words = useAuditWords(useKnownNames(namesWanted([row])));
  const facts = [
    [t('audit.fact.at'), <Time key="at" at={row.at} as="dateTime" />],
    [t('audit.fact.user'), row.userId],
    [t('audit.fact.organization'), row.orgId],
    [t('audit.fact.action'), `${row.resourceType}:${row.action}`],
    [t('audit.fact.resource'), row.resourceId],
    [t('audit.fact.ip'), row.ip],
    [t('audit.fact.device'), row.userAgent && <DeviceName key="device" userAgent={row.userAgent} />],
    [t('audit.fact.chain'), row.chainNo === null ? t('audit.unsealed') : `№ ${row.chainNo}`],
    [t('audit.fact.id'), row.id],
  ] as const;
  const hasDetails = Object.keys(row.details).length > 0;
  return (
    <Drawer open onOpenChange={(open) => !open && onClose()} title={t('audit.row')} sheet>
      <p style={{ marginBottom: 20 }}>
        <RichText text={words(sentenceOf(row))} parts={bold} />
      </p>
      <dl className={styles.facts}>
        {facts.map(
          ([name, value]) =>
            value && (
              <div key={name} style={{ display: 'contents' }}>
                <dt>{name}</dt>
                <dd className="num">{value}</dd>
              </div>
            ),
        )}
      </dl>
      {hasDetails && <pre className={styles.details}>{JSON.stringify(row.details, null, 2)}</pre>}
    </Drawer>
  );
}
