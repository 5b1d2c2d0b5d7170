/** The address of the page to go to after the login: of this page only, and not the login again. */
export function returnToOf(raw: unknown): string {
  if (typeof raw !== 'string' || !/^\/(?![/\\])/.test(raw) || raw.includes('\\') || /^\/login([/?#]|$)/.test(raw)) return '/'
  return raw
}
