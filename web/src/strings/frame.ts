/** The frame around all screens. */
export const frame = {
  skip: 'Skip to the content',
  home: 'Serin: all releases',
  navigation: 'Screens',
  screens: {
    releases: 'Releases',
    templates: 'Templates',
    sources: 'Sources',
    notifiers: 'Notifications',
    statistics: 'Statistics',
    settings: 'Settings',
  },
  go: 'Go to',
  search: 'Search',
  stream: {
    live: 'Live',
    reconnecting: 'Reconnecting',
    stale: 'Not live',
    tips: {
      live: 'Changes are shown as they happen.',
      reconnecting: 'The server does not answer at the moment. Releases go on without this page.',
      stale: 'Nothing has come from the server for a while: what you see may be old. Releases go on without this page.',
    },
  },
  theme: { label: 'Theme', system: 'As the system', light: 'Light', dark: 'Dark' },
  user: {
    label: (name: string) => `Logged in as ${name}`,
    groups: (groups: readonly string[]) => `Groups: ${groups.join(', ')}`,
    rights: 'What I may do',
    logout: 'Log out',
    logoutFailed: (why: string) => `Not logged out: ${why}`,
  },
  readOnly: 'Read only: nothing can be changed on this page.',
  ended: 'Your session has ended. What you see stays as it was; log in to go on.',
  loginAgain: 'Log in again',
  notFound: {
    title: 'There is nothing at this address',
    text: 'The link may be mistyped, or from another version of this page.',
    back: 'All releases',
  },
  crashed: {
    title: 'This screen could not be shown',
    old: 'This page is older than the server',
    oldText: 'A part of it is not there any more. Loading the page again mends that.',
    reload: 'Load the page again',
  },
  titles: {
    releases: 'Releases',
    run: (run: string, name: string) => `Run ${run} of ${name}`,
    login: 'Log in',
    notFound: 'Nothing here',
  },
}
