// In a constant of its own: Vite would take `new URL('..', import.meta.url)` for a file.
const here = import.meta.url

/** Path under which the page is served, with a slash at its end. Told by where its scripts come from, in assets/ below it: it works behind a path of a proxy, at every address. */
export const root = import.meta.env.DEV ? import.meta.env.BASE_URL : new URL('..', here).pathname
