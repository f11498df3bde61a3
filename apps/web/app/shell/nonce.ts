import { createContext } from 'react';

/** Lets the page's inline scripts run under its Content Security Policy. Given by the server entry; browsers hide it from scripts, so it is absent there. */
export const NonceContext = createContext<string | undefined>(undefined);
