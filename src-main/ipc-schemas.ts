/** The shape every argument of a call must have; a call without a schema, or with another shape, does not compile. */
import { z } from 'zod';
import type { CallIn, CallName } from '../shared/ipc.ts';
import { manualShape, settingsShape as fabricSettingsShape } from './settings/fabric-schema.ts';
import { settingsShape } from './settings/schema.ts';

/** Longer than any name Kubernetes allows (253), so that what is refused is no name. */
const name = z.string().min(1).max(512);
const label = z.string().max(512);
const fabric = z.object({ fabric: z.string().min(1).max(4096) });
const resource = z.object({
  group: z.string().max(512),
  version: z.string().min(1).max(128),
  resource: z.string().min(1).max(512),
});
const ref = z.object({
  apiVersion: label,
  kind: name,
  namespace: name.exactOptional(),
  name,
  uid: name.exactOptional(),
});
const nothing = z.null();
const namespace = name.optional();
const purpose = z.enum(['denials', 'diagnose', 'view', 'recover']);
const subject = z.discriminatedUnion('of', [
  z.object({ of: z.literal('me') }),
  z.object({ of: z.literal('service account'), namespace: name, name }),
]);
const planRequest = z.discriminatedUnion('plan', [
  z.object({ plan: z.literal('rbac-fix'), purpose, namespace }),
  z.object({
    plan: z.literal('setup-rbac'),
    namespace: name,
    serviceAccount: name,
    purpose,
    tokenSeconds: z.int().min(600).max(31_536_000),
  }),
]);
const fabricSettings = z.strictObject(fabricSettingsShape);
const manual = z.strictObject(manualShape);
const draft = z.strictObject({
  id: z.string().min(1).max(4096).optional(),
  manual: manual.optional(),
  token: z.string().max(65_536).optional(),
  settings: fabricSettings.optional(),
});

export const CALL_SCHEMAS: { readonly [N in CallName]: z.ZodType<CallIn<N>> } = {
  'app.info': nothing,
  'settings.get': nothing,
  'settings.set': z.strictObject({
    theme: settingsShape.theme.exactOptional(),
    sidebarCollapsed: settingsShape.sidebarCollapsed.exactOptional(),
    dockHeight: settingsShape.dockHeight.exactOptional(),
    letterKeys: settingsShape.letterKeys.exactOptional(),
  }),
  'clipboard.write': z.object({ text: z.string().max(16_777_216) }),
  'file.save': z.object({ name: z.string().min(1).max(255), text: z.string().max(67_108_864) }),
  'kubeconfig.choose': nothing,
  'kubeconfig.reload': nothing,
  'fabrics.list': nothing,
  'demo.open': nothing,
  'demo.close': nothing,
  'demo.faults': fabric,
  'demo.set': fabric.extend({ fault: z.string().min(1).max(64), active: z.boolean() }),
  'demo.kubeconfig': nothing,
  'demo.reset': fabric,
  'fabric.open': fabric,
  'fabric.close': fabric,
  'fabric.retry': fabric,
  'fabric.stopRetrying': fabric,
  'fabric.signIn': fabric,
  'fabric.acknowledgeIdentity': fabric,
  'fabric.unlock': fabric.extend({ minutes: z.int().min(1).max(240) }),
  'fabric.lock': fabric,
  'fabric.details': fabric,
  'fabric.configure': fabric.extend({ settings: fabricSettings }),
  'fabric.save': draft.extend({ manual }),
  'fabric.remove': fabric,
  'fabric.test': draft,
  'file.choose': z.object({ what: z.enum(['kubeconfig', 'program']) }),
  'connection.watch': fabric,
  'connection.probe': fabric,
  'access.review': fabric.extend({ subject, namespace }),
  'access.fix': fabric.extend({ purpose, namespace }),
  'plan.prepare': fabric.extend({ request: planRequest }),
  'plan.run': fabric.extend({ hash: z.string().min(1).max(128) }),
  'journal.list': fabric,
  'kinds.list': fabric,
  'kinds.counts': fabric.extend({ resources: z.array(resource).max(500) }),
  'findings.watch': fabric,
  'lint.list': fabric,
  'rows.watch': fabric.extend({ resource, namespace: name.optional() }),
  'object.watch': fabric.extend({ resource, namespace: name.optional(), name }),
  'watches.list': fabric,
  unwatch: z.object({ sub: z.string().min(1).max(64) }),
  'logs.open': fabric.extend({
    target: z.object({ namespace: name, ref, containers: z.array(name).max(200) }),
    previous: z.boolean(),
    follow: z.boolean(),
    tailLines: z.int().min(1).max(100_000),
  }),
  'shell.open': fabric.extend({
    namespace: name,
    pod: name,
    container: name,
    columns: z.int().min(1).max(1000),
    rows: z.int().min(1).max(1000),
  }),
  'signIn.open': fabric.extend({ columns: z.int().min(1).max(1000), rows: z.int().min(1).max(1000) }),
};
