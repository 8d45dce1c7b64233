// Adds to Node 20, which the registry runtime carries, what the bundled libraries expect of Node 22.
import module from 'node:module';
import workerThreads from 'node:worker_threads';
import zlib from 'node:zlib';

function unavailable(name) {
  return () => {
    throw new Error(`${name} is not available in this runtime.`);
  };
}

zlib.createZstdDecompress ??= unavailable('zlib.createZstdDecompress');
zlib.createZstdCompress ??= unavailable('zlib.createZstdCompress');
workerThreads.markAsUncloneable ??= () => {};
module.syncBuiltinESMExports();
