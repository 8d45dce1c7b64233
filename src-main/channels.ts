/** Names of the channels between the preload script and the main process. */
export const CHANNEL = { call: 'hedgerow:call', push: 'hedgerow:push', stream: 'hedgerow:stream' } as const;
