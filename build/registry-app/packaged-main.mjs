// Entry of a package that was built on the registry runtime: shims first, then the app.
import './shims.mjs';

await import('../out/main/main.js');
