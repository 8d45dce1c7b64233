/** The shapes of what is stored of fabrics: settings, fabrics added by hand, and what is remembered of each. */
import { z } from 'zod';
import { ERROR_CODES, type AppError } from '../../shared/errors.ts';
import type { ClusterIdentity, ConnectionStatus } from '../../shared/model/connection.ts';
import {
  FABRIC_COLOURS,
  type FabricSettings,
  type ManualFabric,
} from '../../shared/model/fabric-settings.ts';
import type { Remembered } from '../fabric/memory.ts';

const line = z.string().max(4096);
const label = z.string().max(512);
/** A certificate authority in PEM; a bundle of hundreds fits. */
const pem = z.string().max(1_048_576);
const instant = z.number().min(0).max(8.64e15);

/** A fabric's settings as the page sends them and as they are stored. */
export const settingsShape = {
  colour: z.enum(FABRIC_COLOURS),
  environment: z.string().max(64),
  readOnly: z.boolean(),
  namespace: label,
  port: z.int().min(0).max(65_535),
  proxy: line,
  tlsServerName: line,
  ca: pem,
  execPath: line,
  watchKinds: z.array(label.min(1)).max(500),
  timeoutMs: z.int().min(0).max(600_000),
} satisfies { [K in keyof FabricSettings]: z.ZodType<FabricSettings[K]> };

/** A fabric that was added by hand, as the page sends it. */
export const manualShape = {
  name: label,
  server: line,
  ca: pem,
  namespace: label,
  kubeconfig: line,
  context: line,
} satisfies { [K in keyof ManualFabric]: z.ZodType<ManualFabric[K]> };

/** A fabric that was added by hand, as it is stored. Its token is elsewhere. */
export interface StoredManual extends ManualFabric {
  /** What settings, token and memory are filed under; never changes. */
  readonly key: string;
  /** A token was given; where it is gone, the fabric has no credentials rather than none to send. */
  readonly hasToken: boolean;
  /** When the token ends, ms since the epoch, where that is known. */
  readonly tokenUntil?: number | undefined;
  /** Certificate checks are off, as in the kubeconfig it was made from. */
  readonly insecure?: boolean | undefined;
}

export const storedManualSchema: z.ZodType<StoredManual> = z.object({
  ...manualShape,
  name: label.min(1),
  key: z.string().min(8).max(64),
  hasToken: z.boolean(),
  tokenUntil: instant.exactOptional(),
  insecure: z.boolean().exactOptional(),
});

/** Where the configuration of a fabric comes from, so that equal names in two files are two fabrics. */
export const fabricKeyShape = { source: line, context: line };

const errorSchema: z.ZodType<AppError> = z.object({
  code: z.enum(ERROR_CODES),
  message: z.string().max(8192),
  hint: z.string().max(8192).exactOptional(),
  fabric: line.exactOptional(),
  status: z.number().exactOptional(),
  retryable: z.boolean(),
  details: z.record(label, z.string().max(65_536)).exactOptional(),
});

const identitySchema: z.ZodType<ClusterIdentity> = z.object({
  uid: label.min(1),
  version: label.exactOptional(),
  caSha256: label.exactOptional(),
  firstSeen: instant,
});

const statusSchema: z.ZodType<ConnectionStatus> = z.object({
  state: z.enum(['unknown', 'connected', 'failed']),
  at: instant.exactOptional(),
  error: errorSchema.exactOptional(),
});

/** What is remembered of one fabric. */
export const rememberedSchema: z.ZodType<Remembered> = z.object({
  identity: identitySchema.optional(),
  timeoutMs: z.int().min(1).max(600_000).optional(),
  status: statusSchema.optional(),
});
