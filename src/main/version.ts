import packageJson from '../../package.json' with { type: 'json' };

/** Gantry's version, as the API and nodes report it. */
export const version: string = packageJson.version;
