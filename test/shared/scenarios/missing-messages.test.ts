/** The kubelet's sentences about missing ConfigMaps, Secrets and keys. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMissing, readVolume, type MissingClaim } from '../../../shared/scenarios/missing-messages.ts';

const CASES: readonly (readonly [message: string, claims: readonly MissingClaim[]])[] = [
  ['configmap "app-config" not found', [{ kind: 'ConfigMap', name: 'app-config' }]],
  ['configmaps "app-config" not found', [{ kind: 'ConfigMap', name: 'app-config' }]],
  ['secret "db" not found', [{ kind: 'Secret', name: 'db' }]],
  ['secrets "db" not found', [{ kind: 'Secret', name: 'db' }]],
  ['Error: configmap "app.config.v1" not found', [{ kind: 'ConfigMap', name: 'app.config.v1' }]],
  ["couldn't find key url in ConfigMap shop/app", [{ kind: 'ConfigMap', name: 'app', key: 'url' }]],
  ["couldn't find key tls.crt in Secret shop/web-tls", [{ kind: 'Secret', name: 'web-tls', key: 'tls.crt' }]],
  [
    'MountVolume.SetUp failed for volume "config" : configmap "app" not found',
    [{ kind: 'ConfigMap', name: 'app' }],
  ],
  [
    'MountVolume.SetUp failed for volume "config" : configmap references non-existent config key: app.yaml',
    [{ kind: 'ConfigMap', key: 'app.yaml' }],
  ],
  [
    'MountVolume.SetUp failed for volume "tls" : references non-existent secret key: tls.key',
    [{ kind: 'Secret', key: 'tls.key' }],
  ],
  [
    'MountVolume.SetUp failed for volume "all" : [configmap "a" not found, secret "b" not found, references non-existent secret key: c]',
    [
      { kind: 'ConfigMap', name: 'a' },
      { kind: 'Secret', name: 'b' },
      { kind: 'Secret', key: 'c' },
    ],
  ],
  ['MountVolume.SetUp failed for volume "x" : object "shop"/"app" not registered', []],
  ['failed to sync configmap cache: timed out waiting for the condition', []],
  ['persistentvolumeclaim "data" not found', []],
  ['serviceaccount "builder" not found', []],
  ['mysecret "x" not found', []],
  ['', []],
];

describe('readMissing', () => {
  it.each(CASES)('%s', (message, claims) => {
    expect(readMissing(message)).toEqual(claims);
  });

  it('gives names as they stand, and throws for no text', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9]([a-z0-9.-]{0,60}[a-z0-9])?$/), fc.string(), (name, noise) => {
        expect(readMissing(`secret "${name}" not found`)).toEqual([{ kind: 'Secret', name }]);
        expect(Array.isArray(readMissing(noise))).toBe(true);
      }),
    );
  });
});

describe('readVolume', () => {
  it.each([
    ['MountVolume.SetUp failed for volume "config" : configmap "a" not found', 'config'],
    ['Unable to attach or mount volumes: unmounted volumes=[config]', undefined],
  ])('%s', (message, volume) => {
    expect(readVolume(message)).toBe(volume);
  });
});
