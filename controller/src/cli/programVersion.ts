import about from '../../package.json' with { type: 'json' }

/** Version of this program. */
export const programVersion = about.version
