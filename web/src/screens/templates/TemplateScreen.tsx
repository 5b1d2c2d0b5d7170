import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import type { TemplateView as Template, Try, TryRequest } from '../../../../controller/src/server/dto/measuring.ts'
import type { ReleasePage } from '../../../../controller/src/server/dto/release.ts'
import type { Access } from '../../../../controller/src/server/dto/session.ts'
import { ApiError, get, path, post } from '../../api/client.ts'
import { useSession } from '../../api/session.ts'
import { EmptyState } from '../../parts/EmptyState.tsx'
import { ErrorState } from '../../parts/ErrorState.tsx'
import { Skeleton } from '../../parts/Skeleton.tsx'
import { useSettled } from '../../parts/useSettled.ts'
import { strings } from '../../strings.ts'
import { newAddress } from './list.ts'
import { starter } from './starter.ts'
import { TemplateFrame, TemplateView } from './TemplateView.tsx'
import { emptyForm, releaseOf, requestOf, type TryForm } from './trying.ts'
import { useChecked } from './useChecked.ts'

const words = strings.templates

/** A template and its try-out; at the address of no template, a new one. */
export function TemplateScreen({ scope, namespace, name }: { scope: string; namespace: string; name: string }) {
  const fresh = name === newAddress.name
  const template = useQuery({
    queryKey: ['templates', scope, namespace, name],
    queryFn: ({ signal }) => get<Template>(path(['templates', scope, namespace, name]), signal),
    enabled: !fresh,
  })
  if (fresh) return <Lab key="new" />
  if (template.data)
    return (
      <Lab
        key={`${scope}/${namespace}/${name}`}
        stored={template.data}
        staleSince={template.error ? template.dataUpdatedAt : undefined}
        retry={() => void template.refetch()}
      />
    )
  return (
    <TemplateFrame name={name} place={namespace === '-' ? words.scope.Cluster : namespace}>
      {!template.error ? (
        <Skeleton rows={10} />
      ) : template.error instanceof ApiError && template.error.problem.status === 404 ? (
        <EmptyState title={words.missing} text={template.error.problem.detail} />
      ) : (
        <ErrorState error={template.error} retry={() => void template.refetch()} />
      )}
    </TemplateFrame>
  )
}

function Lab({ stored, staleSince, retry }: { stored?: Template; staleSince?: number | undefined; retry?(): void }) {
  const [draft, setDraft] = useState(stored ? undefined : starter)
  const [form, setForm] = useState<TryForm>(emptyForm)
  const [problem, setProblem] = useState<string>()
  const checked = useChecked(draft)
  const forbidden = useForbidden(form.release)
  const readOnly = useSession().data?.readOnly === true
  const { outcome, error, busy, start } = useTry()
  const text = draft ?? stored?.yaml ?? ''
  const broken = draft !== undefined && checked.state === 'checked' && checked.findings.some(({ severity }) => severity === 'error')
  const onTry = () => {
    const request = requestOf(form, text, stored)
    setProblem('problem' in request ? request.problem : undefined)
    if (!('problem' in request)) start(request)
  }
  return (
    <TemplateView
      stored={stored}
      draft={draft}
      onDraft={setDraft}
      checked={checked}
      staleSince={staleSince}
      {...(retry ? { retry } : {})}
      trying={{
        form,
        onForm: setForm,
        args: stored?.args ?? [],
        releases: useReleases(form.release),
        because: readOnly ? words.readOnly : broken ? words.withErrors : forbidden,
        busy,
        error,
        problem,
        outcome,
        onTry,
      }}
    />
  )
}

/** Releases whose names have what was typed, as namespace/name. */
function useReleases(typed: string): string[] {
  const q = useSettled(typed.replace('/', ' ').trim(), 250)
  const { data } = useQuery({
    queryKey: ['release names', q],
    queryFn: ({ signal }) => get<ReleasePage>(path(['releases'], { q, limit: 50, sort: 'name' }), signal),
    staleTime: 30_000,
  })
  return (data?.items ?? []).map(({ namespace, name }) => `${namespace}/${name}`)
}

/** Why the person may not try anything on that release; undefined when that is not known, or the person may. */
function useForbidden(release: string): string | undefined {
  const namespace = useSettled(releaseOf(release)?.namespace, 250)
  const { data } = useQuery({
    queryKey: ['access', namespace],
    queryFn: ({ signal }) => get<Access>(path(['access'], { namespace }), signal),
    enabled: namespace !== undefined,
    staleTime: 60_000,
  })
  const right = data?.rights.find(({ verb, resource }) => verb === 'create' && resource.split('.')[0] === 'analysisruns')
  return namespace === undefined || right === undefined || right.allowed ? undefined : words.forbidden(namespace)
}

/** One try at a time: begun, then looked at until it is done. Its name stands in the address, so that it is found again. */
function useTry() {
  const address = (useSearch({ strict: false }) as { try?: unknown }).try
  const navigate = useNavigate()
  const [namespace = '', name = ''] = typeof address === 'string' ? address.split('/') : []
  const started = useMutation({
    mutationFn: (request: TryRequest) => post<Try>(path(['templates', 'try']), request),
    onSuccess: (begun) =>
      navigate({
        to: '.',
        search: ((before: object) => ({ ...before, try: `${begun.namespace}/${begun.name}` })) as never,
        replace: true,
        resetScroll: false,
      }),
  })
  const looked = useQuery({
    queryKey: ['tries', namespace, name],
    queryFn: ({ signal }) => get<Try>(path(['tries', namespace, name]), signal),
    enabled: name !== '',
    refetchInterval: ({ state }) => (state.data?.done ? false : 2000),
  })
  const outcome = name === '' ? undefined : (looked.data ?? (started.data?.name === name ? started.data : undefined))
  return {
    outcome,
    error: started.error ?? (outcome ? undefined : looked.error),
    busy: started.isPending || (outcome !== undefined && !outcome.done && !looked.isError),
    start: started.mutate,
  }
}
