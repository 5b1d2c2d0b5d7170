/** The palette of everything that can be done, and the help of shortcuts. */
export const palette = {
  title: 'Go to a release, or do something',
  placeholder: 'Name of a release, or what to do',
  open: 'Search everything',
  help: 'Shortcuts',
  search: 'Search in this list',
  group: 'Everywhere',
  releases: 'Releases',
  searching: 'Searching releases',
  none: 'Nothing found.',
  failed: 'Releases cannot be searched at the moment: the server does not answer.',
  close: 'Close',
  off: 'Single keys are turned off in the settings: only those with Ctrl or Cmd work.',
  keys: 'Keys',
  does: 'What they do',
}
