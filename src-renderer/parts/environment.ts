/** Which environment a context's name announces, for the chip beside it. */
import { clean, shorten } from './text.ts';

export interface Environment {
  readonly label: string;
  /** Shown inverted: a mistake here costs most. */
  readonly production: boolean;
}

const NOT_PRODUCTION = /(?:^|[^a-z])(non|not|pre)[-_.]?prod/;

// Order matters: the first word that fits wins. `product` and `produce` are not production.
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/^(prod(?!uct(?!ion)|uce)|prd\d*$|live$)/, 'PROD'],
  [/^(stag|stg\d*$|preprod|uat\d*$)/, 'STAGING'],
  [/^(dev(?!ice|ops)|develop)/, 'DEV'],
  [/^(test|qa\d*$|ci\d*$)/, 'TEST'],
  [/^(lab\d*$|labs$|sandbox|sbx\d*$)/, 'LAB'],
  [/^demo/, 'DEMO'],
  [/^(kind$|minikube|k3d|microk8s|colima|orbstack|localhost|local$|docker$|rancher$)/, 'LOCAL'],
];

/**
 * Derives the environment from a context's name: `prod-fra1` → PROD, `lab-east` → LAB; undefined where no part of the
 * name says so. Errs towards PROD, since the chip is a warning.
 */
export function environmentOf(context: string): Environment | undefined {
  const name = context.toLowerCase();
  if (NOT_PRODUCTION.test(name))
    return { label: name.includes('pre') ? 'PRE-PROD' : 'NON-PROD', production: false };
  const parts = name.split(/[^a-z0-9]+/).filter((part) => part !== '');
  for (const [pattern, label] of WORDS) {
    if (parts.some((part) => pattern.test(part))) return { label, production: label === 'PROD' };
  }
  return undefined;
}

/** What the chip says: the demo, else what was entered for the fabric, else what its name announces. */
export function chipOf(fabric: {
  readonly context: string;
  readonly entered?: string | undefined;
  readonly demo?: boolean | undefined;
}): Environment | undefined {
  if (fabric.demo) return { label: 'DEMO', production: false };
  const entered = fabric.entered?.trim() ?? '';
  if (entered === '') return environmentOf(fabric.context);
  const known = environmentOf(entered);
  return { label: shorten(clean(entered), 12).toUpperCase(), production: known?.production ?? false };
}
