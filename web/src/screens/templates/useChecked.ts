import { useQuery } from '@tanstack/react-query'
import type { TemplateCheck } from '../../../../controller/src/server/dto/measuring.ts'
import { path, post } from '../../api/client.ts'
import { useSettled } from '../../parts/useSettled.ts'
import type { Checked } from './Editor.tsx'

/** What lint says of a text, once its writer pauses. */
export function useChecked(draft: string | undefined): Checked {
  const text = useSettled(draft, 400)
  const { data, error } = useQuery({
    queryKey: ['templates', 'check', text],
    queryFn: () => post<TemplateCheck>(path(['templates', 'check']), { yaml: text }),
    enabled: text !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  })
  if (text === draft && data) return { state: 'checked', findings: data.findings }
  if (text === draft && error) return { state: 'failed', because: error.message }
  return { state: 'checking' }
}
