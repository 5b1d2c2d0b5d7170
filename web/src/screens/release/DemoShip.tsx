import { useMutation, useQuery } from '@tanstack/react-query'
import type { Demo } from '../../../../controller/src/server/dto/demo.ts'
import { get, path, post } from '../../api/client.ts'
import { strings } from '../../strings.ts'
import { DemoPanel, type DemoVersion } from './DemoPanel.tsx'

/** Buttons that ship a version of a service of the demo; nothing for a service that is not of the demo. */
export function DemoShip({ namespace, service }: { namespace: string; service: string }) {
  const demo = useQuery({ queryKey: ['demo'], queryFn: ({ signal }) => get<Demo>(path(['demo']), signal) })
  const ship = useMutation({ mutationFn: (version: DemoVersion) => post(path(['demo', 'ship']), { service, version }) })
  const known = demo.data?.services.some((one) => one.namespace === namespace && one.name === service)
  if (!demo.data || !known) return null
  return (
    <DemoPanel
      busy={ship.isPending ? ship.variables : undefined}
      shipped={ship.isSuccess ? ship.variables : undefined}
      error={ship.error}
      because={demo.data.allowed ? undefined : (demo.data.because ?? strings.demo.notAllowed)}
      onShip={(version) => ship.mutate(version)}
    />
  )
}
