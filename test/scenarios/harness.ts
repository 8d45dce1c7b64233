/**
 * Runs every scenario's recorded fixtures through the real store, engine and root-cause rules.
 *
 * Layout: `test/scenarios/<group>/<name>/` (the scenario id) holds `sick*.yaml`, `healthy*.yaml`, `near-miss*.yaml`
 * (multi-document YAML of objects, `kind: List` works too; logs go into expect.yaml) and one `expect.yaml`:
 *
 * ```yaml
 * sick-deployment.yaml:                 # every fixture of the folder has a key here, and no key is without a file
 *   now: 2026-11-20T10:00:00Z           # optional; else the newest timestamp found in the fixture
 *   denied: [Event, Secret]             # optional: kinds RBAC refuses. All others are known, those not in the file empty
 *   unknown: [ReplicaSet]               # optional: kinds not listed yet
 *   absent: [Ingress]                   # optional: kinds the server does not serve
 *   logs:                               # optional; an unlisted log is unreadable ('not found')
 *     - pod: shop/web-7d9f              # namespace/name
 *       container: main
 *       previous: false                 # default false
 *       text: |                         # or `unreadable: some reason`
 *         ERROR cannot open /etc/app/config.json
 *   findings:                           # ALL findings of ALL scenarios in this file, in any order; [] means none
 *     - scenario: pod/crash-loop-back-off
 *       subject: Deployment shop/web    # Kind namespace/name, or Kind name
 *       severity: high                  # this and all below are optional; what is given must hold
 *       part: main
 *       confidence: high
 *       members: [Pod shop/web-7d9f]    # exactly these, any order
 *       summary: exits with 3           # `summary`, `cause`, `advice`: a text it contains, or a list of texts
 *       cause: [cannot open, config.json]
 *       advice: previous log
 *       since: 2026-11-20T09:40:00Z
 *       evidence:                       # each must match one evidence by containment; further evidence is allowed
 *         - path: lastState.terminated.exitCode
 *           observed: '3'
 *           ref: Pod shop/web-7d9f      # exact
 *           why: returned               # a text it contains
 *       blames: [ConfigMap shop/app]    # exactly these, in this order
 *       notChecked: [Event]
 *       log: cannot open                # a text the marked first error line contains
 *       rootCause: config/configmap-missing Deployment shop/web   # `<scenario> <subject>`; null for a root
 *       effects: [rollout/unavailable Deployment shop/web]        # exactly these, any order
 *   blindSpots: [Event, Secret]         # optional: kinds of all blind spots, any order; default: none
 * healthy.yaml: {}                      # no findings, no blind spots
 * ```
 *
 * A scenario without at least one `sick*` and one `near-miss*` fixture fails; so does a `sick*` file that does not
 * expect its own scenario, and a `healthy*` or `near-miss*` file that does.
 * `shared/scenarios/index.ts` exports `SCENARIOS: readonly Scenario[]`.
 */
export {};
