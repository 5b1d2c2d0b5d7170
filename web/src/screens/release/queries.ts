import { type QueryClient, queryOptions, skipToken } from '@tanstack/react-query'
import type { CommandView, EventView, PodView, ReleaseDetail } from '../../../../controller/src/server/dto/detail.ts'
import type { AnalysisView, Report, Series } from '../../../../controller/src/server/dto/evidence.ts'
import { get, getText, path } from '../../api/client.ts'
import type { Loaded } from './loaded.ts'

/** Where a release is, and the root of all its keys: the stream tells all of them at once that it changed. */
export interface Place {
  namespace: string
  name: string
}

const key = ({ namespace, name }: Place, ...more: string[]) => ['release', namespace, name, ...more] as const
const at = ({ namespace, name }: Place, ...more: string[]) => path(['releases', namespace, name, ...more])

/** Evidence comes interval by interval and without a word on the stream. */
const evidenceEvery = 10_000
/** Events of Kubernetes are not followed. */
const eventsEvery = 20_000
const answerEvery = 700

export const detailOf = (place: Place) =>
  queryOptions({ queryKey: key(place, 'detail'), queryFn: ({ signal }) => get<ReleaseDetail>(at(place), signal) })

export const podsOf = (place: Place) =>
  queryOptions({
    queryKey: key(place, 'pods'),
    queryFn: async ({ signal }) => (await get<{ items: PodView[] }>(at(place, 'pods'), signal)).items,
    refetchInterval: eventsEvery,
  })

export const eventsOf = (place: Place) =>
  queryOptions({
    queryKey: key(place, 'events'),
    queryFn: async ({ signal }) => (await get<{ items: EventView[] }>(at(place, 'events'), signal)).items,
    refetchInterval: eventsEvery,
  })

export const commandsOf = (place: Place) =>
  queryOptions({
    queryKey: key(place, 'commands'),
    queryFn: async ({ signal }) => (await get<{ items: CommandView[] }>(at(place, 'commands'), signal)).items,
  })

/** One command until it is answered. */
export const answerTo = (place: Place, command: string | undefined) =>
  queryOptions({
    queryKey: key(place, 'commands', command ?? ''),
    queryFn: command === undefined ? skipToken : ({ signal }) => get<CommandView>(at(place, 'commands', command), signal),
    refetchInterval: ({ state }) => (state.data && state.data.phase !== 'Pending' ? false : answerEvery),
  })

export const analysisOf = (place: Place, analysis: string | undefined) =>
  queryOptions({
    queryKey: key(place, 'analysis', analysis ?? ''),
    queryFn: analysis === undefined ? skipToken : ({ signal }) => get<AnalysisView>(path(['analyses', place.namespace, analysis]), signal),
    refetchInterval: ({ state }) => (state.data?.endedAt ? false : evidenceEvery),
  })

export const seriesOf = (place: Place, analysis: AnalysisView | undefined, metric: string | undefined) =>
  queryOptions({
    queryKey: key(place, 'series', analysis?.name ?? '', metric ?? ''),
    queryFn:
      analysis === undefined || metric === undefined
        ? skipToken
        : ({ signal }) => get<Series>(path(['analyses', place.namespace, analysis.name, 'series'], { metric }), signal),
    refetchInterval: analysis?.endedAt ? false : evidenceEvery,
  })

/** The record of a run that ended, or of the one under way. */
export const reportOf = (place: Place, run: string) =>
  queryOptions({ queryKey: key(place, 'report', run), queryFn: ({ signal }) => get<Report>(at(place, 'runs', run), signal) })

export const manifestOf = (place: Place, wanted: boolean) =>
  queryOptions({ queryKey: key(place, 'manifest'), queryFn: wanted ? ({ signal }) => getText(at(place, 'manifest'), signal) : skipToken })

/** Everything that is known of a release is asked for again. */
export const renew = (client: QueryClient, place: Place): Promise<void> => client.invalidateQueries({ queryKey: key(place) })

/** A query as the view takes it: old data beside a new error. */
export function loadedOf<T>({ data, error, refetch }: { data: T | undefined; error: unknown; refetch(): Promise<unknown> }): Loaded<T> {
  return {
    ...(data === undefined ? {} : { value: data }),
    ...(error === null || error === undefined ? {} : { error }),
    retry: () => void refetch(),
  }
}
