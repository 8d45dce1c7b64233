/** What the kubelet says of a missing ConfigMap or Secret, or of a key one does not have. */

export interface MissingClaim {
  readonly kind: 'ConfigMap' | 'Secret';
  /** Missing where the kubelet names only the key (volumes); the pod's own references then tell which object. */
  readonly name?: string;
  /** The key that is missing; without it the object is. */
  readonly key?: string;
}

type Read = (match: RegExpMatchArray) => MissingClaim | undefined;

const KINDS: Readonly<Record<string, MissingClaim['kind']>> = { configmap: 'ConfigMap', secret: 'Secret' };

const FORMS: readonly (readonly [pattern: RegExp, read: Read])[] = [
  // configmap "app-config" not found; also from the API server: configmaps "app-config" not found
  [/\b(configmap|secret)s? "([^"]{1,253})" not found/gi, ([, kind, name]) => claim(kind, name, undefined)],
  // couldn't find key url in ConfigMap shop/app-config
  [
    /couldn't find key (\S{1,253}) in (ConfigMap|Secret) [^/\s]*\/([^\s,\]]{1,253})/gi,
    ([, key, kind, name]) => claim(kind, name, key),
  ],
  // configmap references non-existent config key: app.yaml
  [
    /references non-existent config key: ([^\s,\]]{1,253})/gi,
    ([, key]) => claim('configmap', undefined, key),
  ],
  [/references non-existent secret key: ([^\s,\]]{1,253})/gi, ([, key]) => claim('secret', undefined, key)],
];

/** Everything a message says is missing, in its order; a projected volume may lack several things at once. */
export function readMissing(message: string): MissingClaim[] {
  const found = FORMS.flatMap(([pattern, read]) =>
    [...message.slice(0, LONGEST).matchAll(pattern)].map((match) => ({
      at: match.index,
      claim: read(match),
    })),
  );
  return found.sort((a, b) => a.at - b.at).flatMap(({ claim: said }) => said ?? []);
}

/** The volume of `MountVolume.SetUp failed for volume "config" : …`. */
export function readVolume(message: string): string | undefined {
  return /\bvolume "([^"]{1,253})"/.exec(message)?.[1];
}

const LONGEST = 8000;

function claim(
  kind: string | undefined,
  name: string | undefined,
  key: string | undefined,
): MissingClaim | undefined {
  const known = KINDS[(kind ?? '').toLowerCase()];
  if (known === undefined) return undefined;
  return { kind: known, ...(name === undefined ? {} : { name }), ...(key === undefined ? {} : { key }) };
}
