/** The search for everything, and the list of shortcuts. */
export const palette = {
  title: 'Go to a release, or do something',
  open: 'Search everything',
  search: 'Search',
  group: 'Everywhere',
  label: 'Search releases, screens and actions',
  hint: 'A release, a screen, an action',
  results: 'Results',
  releases: 'Releases',
  searching: 'Searching releases…',
  failed: (why: string) => `Releases could not be searched: ${why}`,
  nothing: (query: string) => `Nothing is called "${query}".`,
  found: (releases: number, others: number) => `${releases} ${releases === 1 ? 'release' : 'releases'}, ${others} others`,
  because: (why: string) => `Not now: ${why}`,
  notLoaded: 'This part of the page could not be loaded.',
  help: {
    title: 'Keyboard shortcuts',
    text: 'Those of the screen that is open, and those that work everywhere. They do nothing while you write in a field.',
    off: 'Single keys are off: only shortcuts with Ctrl or Cmd work. They can be turned on in the settings.',
    close: 'Close',
  },
}
