import type { machine } from '../machine.ts'

export interface Figures {
  machine: ReturnType<typeof machine>
  /** Average load of the machine when it began. */
  load: number
  lists: { releases: number; what: string; p50: number; p99: number; bytes: number; heapMb: number }[]
  streams: {
    pages: number
    changes: number
    events: number
    /** Events that no page got; those of one release within 50 ms are one, so some may be. */
    missing: number
    p50: number
    p95: number
    p99: number
    heapBeforeMb: number
    heapOpenMb: number
    heapAfterMb: number
    rssAfterMb: number
    slopeKbPerThousandEvents: number
  }
}

/** The figures for people. */
export function page({ machine, load, lists, streams }: Figures): string {
  const n = (value: number, digits = 1) => value.toFixed(digits)
  return [
    '# The dashboard’s server',
    '',
    `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}. API server, server and pages are three processes on it. Load average at the start: ${n(load)}; above 0.5 other work shared the cores.`,
    '',
    '## Lists, gzipped, one after another',
    '',
    '| Releases | What | p50 ms | p99 ms | kB | heap of the server, MB |',
    '|---|---|---|---|---|---|',
    ...lists.map(
      ({ releases, what, p50, p99, bytes, heapMb }) =>
        `| ${releases} | ${what} | ${n(p50)} | ${n(p99)} | ${n(bytes / 1000)} | ${n(heapMb, 0)} |`,
    ),
    '',
    `## ${streams.pages} open pages on one server`,
    '',
    `${streams.changes} status writes, 20 a second, ${streams.events} events received, ${streams.missing} missing.`,
    '',
    '| From the write of a status until the page has it | ms |',
    '|---|---|',
    `| p50 | ${n(streams.p50, 0)} |`,
    `| p95 | ${n(streams.p95, 0)} |`,
    `| p99 | ${n(streams.p99, 0)} |`,
    '',
    `Heap: ${n(streams.heapBeforeMb)} MB before any page, ${n(streams.heapOpenMb)} MB with all open, ${n(streams.heapAfterMb)} MB after all events; slope over the second half ${n(streams.slopeKbPerThousandEvents, 2)} kB in a thousand events. Resident: ${n(streams.rssAfterMb, 0)} MB.`,
    '',
  ].join('\n')
}
