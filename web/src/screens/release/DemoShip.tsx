import { useMutation, useQuery } from '@tanstack/react-query'
import type { Demo } from '../../../../controller/src/server/dto/demo.ts'
import { get, path, post } from '../../api/client.ts'
import { strings } from '../../strings.ts'
import { DemoPanel, type DemoVersion } from './DemoPanel.tsx'

/** Buttons that ship a version of a service of the demo; nothing for a service that is not of the demo. `run` is the latest: what was shipped is on its way until there is another. */
export function DemoShip({ namespace, service, run }: { namespace: string; service: string; run: number | undefined }) {
  const demo = useQuery({ queryKey: ['demo'], queryFn: ({ signal }) => get<Demo>(path(['demo']), signal) })
  const ship = useMutation({
    mutationFn: ({ version }: { version: DemoVersion; after: number | undefined }) => post(path(['demo', 'ship']), { service, version }),
  })
  const known = demo.data?.services.some((one) => one.namespace === namespace && one.name === service)
  if (!demo.data || !known) return null
  return (
    <DemoPanel
      busy={ship.isPending ? ship.variables.version : undefined}
      shipped={ship.isSuccess && ship.variables.after === run ? ship.variables.version : undefined}
      error={ship.error}
      because={demo.data.allowed ? undefined : (demo.data.because ?? strings.demo.notAllowed)}
      onShip={(version) => ship.mutate({ version, after: run })}
    />
  )
}
