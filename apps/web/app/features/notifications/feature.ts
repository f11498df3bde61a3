import { defineFeature } from '../../shell/feature.ts';
import { Bell } from './bell.tsx';

export default defineFeature({ BarItem: Bell });
