import type { ComponentType } from 'react';
import type { Translate } from '../i18n/catalogues.ts';
import type { IconName } from '../ui/icon-names.ts';
import type { Page } from './page.ts';

export interface NavigationItem {
  /** Path from the zone's root; it is current for everything below it. */
  readonly to: string;
  readonly icon: IconName;
  /** Other places that belong to it, or `/@` for all that begin so: it is current there too. */
  readonly also?: readonly string[];
  /** Keys are written with their folder: `t('chat:rooms')`. */
  readonly label: (t: Translate) => string;
  /** Home is 0; Watch 10, Rooms 20, Mentoring 30, Exams 40, Labs 50, Studio 60; at the foot Admin 80, Deploy 90. */
  readonly order: number;
  readonly foot?: boolean;
  /** Whether the zone has it and the person may. */
  readonly visible: (page: Page) => boolean;
  /** Unread and the like, drawn on the icon; loaded with the shell, so keep it small. */
  readonly Count?: ComponentType;
}

/** A line of the command palette. */
export interface Command {
  readonly id: string;
  readonly icon?: IconName;
  readonly label: string;
  /** Where it belongs, in quiet words at the end of the line. */
  readonly hint?: string;
  /** A path of this zone, or an absolute address. */
  readonly to: string;
}

export interface FeatureDefinition {
  readonly navigation?: readonly NavigationItem[];
  /** Finds things for the palette while the person types; called with at least one letter, aborted by the next. */
  readonly search?: (query: string, context: { page: Page; t: Translate; signal: AbortSignal }) => Promise<readonly Command[]>;
  /** A sign in the top bar, left of the person (the bell); loaded with the shell, so keep it small. */
  readonly BarItem?: ComponentType;
}

/** In `features/<name>/feature.ts`, as its default export: the shell finds it there. Nothing heavy belongs in that file. */
export function defineFeature(feature: FeatureDefinition): FeatureDefinition {
  return feature;
}

const found = import.meta.glob<FeatureDefinition>('../features/*/feature.ts', { eager: true, import: 'default' });
export const features: readonly FeatureDefinition[] = Object.values(found);

export function navigationOf(page: Page): NavigationItem[] {
  return features
    .flatMap((feature) => feature.navigation ?? [])
    .filter((item) => item.visible(page))
    .sort((a, b) => a.order - b.order);
}
