// The environment that a context's name announces.
import { expect, it } from 'vitest';
import { chipOf, environmentOf } from '../../../src-renderer/parts/environment.ts';

it.each([
  ['prod-fra1', 'PROD'],
  ['PROD', 'PROD'],
  ['prod2', 'PROD'],
  ['admin@production.example', 'PROD'],
  ['arn:aws:eks:eu-west-1:123456789012:cluster/payments-prod', 'PROD'],
  ['gke_acme-prd_europe-west1_main', 'PROD'],
  ['prodeu', 'PROD'],
  ['dev-on-prod', 'PROD'],
  ['non-prod-eu', 'NON-PROD'],
  ['nonprod', 'NON-PROD'],
  ['preprod', 'PRE-PROD'],
  ['pre-prod-1', 'PRE-PROD'],
  ['staging', 'STAGING'],
  ['stg1', 'STAGING'],
  ['kind-dev', 'DEV'],
  ['development', 'DEV'],
  ['qa2', 'TEST'],
  ['lab-east', 'LAB'],
  ['demo', 'DEMO'],
  ['kind-hedgerow', 'LOCAL'],
  ['docker-desktop', 'LOCAL'],
  ['products-eu', undefined],
  ['labour', undefined],
  ['device-cloud', undefined],
  ['oncall', undefined],
  ['', undefined],
])('%s is %s', (context, label) => {
  expect(environmentOf(context)?.label).toBe(label);
});

it('inverts only production', () => {
  expect(environmentOf('prod')?.production).toBe(true);
  expect(environmentOf('nonprod')?.production).toBe(false);
  expect(environmentOf('lab')?.production).toBe(false);
});

it.each([
  [
    { context: 'prod-a', entered: '' },
    { label: 'PROD', production: true },
  ],
  [
    { context: 'a', entered: 'Prod' },
    { label: 'PROD', production: true },
  ],
  [
    { context: 'prod-a', entered: 'edge' },
    { label: 'EDGE', production: false },
  ],
  [
    { context: 'a', entered: 'edge\u202e' },
    { label: 'EDGE\ufffd', production: false },
  ],
  [
    { context: 'prod-a', entered: 'x', demo: true },
    { label: 'DEMO', production: false },
  ],
  [{ context: 'a' }, undefined],
])('draws the chip of %o', (fabric, chip) => {
  expect(chipOf(fabric)).toEqual(chip);
});
