import { strings } from '../../strings.ts'

/** What the window is called at an address of the page. */
export function titleOf(pathname: string): string {
  const words = strings.frame
  const [first = '', ...rest] = pathname.split('/').filter(Boolean).map(decoded)
  const [namespace, name, , run] = rest
  const text =
    first === ''
      ? words.titles.releases
      : first === 'releases' && namespace && name
        ? run
          ? words.titles.run(run, `${namespace}/${name}`)
          : `${namespace}/${name}`
        : first === 'login'
          ? words.titles.login
          : first === 'templates' && rest[2]
            ? rest[2]
            : first in words.screens
              ? words.screens[first as keyof typeof words.screens]
              : words.titles.notFound
  return `${text} · ${strings.common.product}`
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
