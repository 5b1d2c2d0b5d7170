/** What a page is made of, in its order. Pages are Markdown, of which only what our pages use is understood. */
export type Part =
  | { kind: 'block'; language: string; text: string; line: number }
  /** Commands that readers do not see: they bring about what the page talks about. */
  | { kind: 'hidden'; text: string; line: number }
  | { kind: 'wait'; ms: number; line: number }
  | { kind: 'controller'; order: 'start' | 'stop'; line: number }
  /** Requests a second, to the gateway or to a Service. 0 ends them. */
  | { kind: 'traffic'; rps: number; service?: string; line: number }
  /** How a version is, from now on. */
  | { kind: 'image'; image: string; errorRate: number; line: number }
  | { kind: 'prometheus'; order: 'up' | 'down'; line: number }
  /** In the excerpt that follows amounts differ from one time to the other. */
  | { kind: 'amounts differ'; line: number }
  | { kind: 'prose'; text: string; line: number }

/** Splits a page. A comment that is none of those in README.md is prose. */
export function partsOf(markdown: string): Part[] {
  const parts: Part[] = []
  const lines = markdown.split('\n')
  for (let at = 0; at < lines.length; at++) {
    const line = at + 1
    const text = lines[at] ?? ''
    const fence = /^```(\w*)$/.exec(text)
    if (fence) {
      const end = lines.indexOf('```', at + 1)
      if (end < 0) throw new Error(`line ${line}: a block without an end`)
      parts.push({ kind: 'block', language: fence[1] ?? '', text: lines.slice(at + 1, end).join('\n'), line })
      at = end
    } else if (text === '<!-- sh') {
      const end = lines.indexOf('-->', at + 1)
      if (end < 0) throw new Error(`line ${line}: a comment without an end`)
      parts.push({ kind: 'hidden', text: lines.slice(at + 1, end).join('\n'), line })
      at = end
    } else parts.push(directive(text, line))
  }
  return parts
}

function directive(text: string, line: number): Part {
  const wait = /^<!-- wait (\d+)([sm]) -->$/.exec(text)
  if (wait) return { kind: 'wait', ms: Number(wait[1]) * (wait[2] === 'm' ? 60_000 : 1000), line }
  const controller = /^<!-- controller (start|stop) -->$/.exec(text)
  if (controller) return { kind: 'controller', order: controller[1] === 'start' ? 'start' : 'stop', line }
  const traffic = /^<!-- traffic (\d+)(?: to (\S+))? -->$/.exec(text)
  if (traffic) return { kind: 'traffic', rps: Number(traffic[1]), ...(traffic[2] ? { service: traffic[2] } : {}), line }
  const image = /^<!-- image (\S+) fails (\d+(?:\.\d+)?) % -->$/.exec(text)
  if (image) return { kind: 'image', image: image[1] ?? '', errorRate: Number(image[2]) / 100, line }
  const prometheus = /^<!-- prometheus (up|down) -->$/.exec(text)
  if (prometheus) return { kind: 'prometheus', order: prometheus[1] === 'up' ? 'up' : 'down', line }
  if (text === '<!-- amounts differ -->') return { kind: 'amounts differ', line }
  return { kind: 'prose', text, line }
}

/** Where the headings of a page can be linked to, as the sites that show Markdown name them. */
export function anchorsOf(markdown: string): Set<string> {
  const headings = partsOf(markdown).flatMap((part) => (part.kind === 'prose' ? [/^#+ (.+)$/.exec(part.text)?.[1] ?? ''] : []))
  return new Set(
    headings
      .filter((heading) => heading !== '')
      .map((heading) =>
        heading
          .toLowerCase()
          .replace(/[^\p{L}\p{N} _-]/gu, '')
          .replaceAll(' ', '-'),
      ),
  )
}

/** Targets of the links of a page, with the lines they stand in. */
export function linksOf(markdown: string): { target: string; line: number }[] {
  return partsOf(markdown).flatMap((part) =>
    part.kind === 'prose'
      ? [...part.text.matchAll(/\[[^\]]*\]\(([^)\s]+)\)/g)].map(([, target = '']) => ({ target, line: part.line }))
      : [],
  )
}
