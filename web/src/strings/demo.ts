/** What a demo can ship. */
export const demo = {
  title: 'Try it',
  text: 'This is a demo. Ship a version and watch what happens to it.',
  ship: { good: 'Ship a good version', slow: 'Ship a slow version', broken: 'Ship a broken version' },
  notAllowed: 'You may not change this Deployment.',
  shipped: (version: string) => `A ${version} version is on its way: its run begins in a moment.`,
} as const
