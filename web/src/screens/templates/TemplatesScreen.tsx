import { useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import type { TemplateItem } from '../../../../controller/src/server/dto/measuring.ts'
import { get, path } from '../../api/client.ts'
import { ErrorState } from '../../parts/ErrorState.tsx'
import { Skeleton } from '../../parts/Skeleton.tsx'
import { useAddress } from '../../parts/useAddress.ts'
import { TemplatesFrame, TemplatesView } from './TemplatesView.tsx'

/** The templates of analyses. What is looked for stands in the address. */
export function TemplatesScreen() {
  const { q = '' } = useSearch({ strict: false }) as { q?: unknown }
  const write = useAddress()
  const onQ = (next: string) => write({ q: next === '' ? undefined : next })
  const { data, error, refetch, dataUpdatedAt } = useQuery({
    queryKey: ['templates'],
    queryFn: ({ signal }) => get<{ items: TemplateItem[] }>(path(['templates']), signal),
  })
  const retry = () => void refetch()
  if (data) return <TemplatesView items={data.items} q={String(q)} onQ={onQ} staleSince={error ? dataUpdatedAt : undefined} retry={retry} />
  return <TemplatesFrame>{error ? <ErrorState error={error} retry={retry} /> : <Skeleton rows={6} />}</TemplatesFrame>
}
