import { z } from 'zod'

/** The address of the page to go to after the login, as the page itself gave it. Only a path of this very server; anything else is left out. */
export const ReturnTo = z.object({
  returnTo: z
    .string()
    .max(2_000)
    .optional()
    .meta({ description: 'Path of the page to go to afterwards; one of another server counts for nothing.' }),
})

// Never resolved against by anybody: tells whether a text stays on the server that it is resolved at.
const anywhere = 'http://serin.invalid'

/** The path, or undefined for one that leads elsewhere, or to the API. */
export function ownPath(text: string | undefined): string | undefined {
  if (text === undefined || !/^\/(?![/\\])[!-~]*$/.test(text) || text.includes('\\')) return undefined
  let url: URL
  try {
    url = new URL(text, anywhere)
  } catch {
    return undefined
  }
  // Dots may have made the path begin with two slashes, which is another host.
  if (url.origin !== anywhere || url.pathname.startsWith('//')) return undefined
  return `${url.pathname}${url.search}${url.hash}`
}
