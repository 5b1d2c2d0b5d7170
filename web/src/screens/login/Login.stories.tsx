import type { LoginMethod } from '../../../../controller/src/server/dto/session.ts'
import { ApiError, Unreachable } from '../../api/client.ts'
import { hostile, type Story } from '../../gallery/story.ts'
import { told } from '../../gallery/told.tsx'
import { LoginView, type LoginViewProps } from './LoginView.tsx'

const nothing = () => {}

const methods: Record<LoginMethod['id'], LoginMethod> = {
  oidc: { id: 'oidc', title: 'Log in with Example', href: 'api/v1/login/oidc' },
  token: { id: 'token', title: 'Kubernetes token' },
  kubeconfig: { id: 'kubeconfig', title: 'Open the link that serin dashboard printed' },
  proxy: { id: 'proxy', title: 'Proxy' },
  demo: { id: 'demo', title: 'Demo', people: ['anna', 'ben', 'vera', hostile] },
}

const refused = new ApiError({
  type: 'urn:serin:problem:SERIN-401-LOGIN',
  code: 'SERIN-401-LOGIN',
  title: 'The login did not work',
  status: 401,
  detail: 'The API server does not accept this token: it may be expired, or of another cluster.',
  effect: 'Nothing was changed.',
  requestId: '5d0f3c1e-77b1-4a1e-9a39-6b2f0c1d2e3f',
})

const story = (name: string, ids: readonly LoginMethod['id'][], more: Partial<LoginViewProps> = {}): Story => ({
  name: `login/${name}`,
  render: () =>
    told(
      <LoginView
        methods={{ methods: ids.map((id) => methods[id]), installation: 'production' }}
        hrefOf={({ href = '' }) => href}
        onToken={nothing}
        onPerson={nothing}
        {...more}
      />,
    ),
})

export const stories: readonly Story[] = [
  story('loading', [], { methods: undefined }),
  story('server away', [], { methods: undefined, error: new Unreachable('The server does not answer.'), retry: nothing }),
  story('issuer and token', ['token', 'oidc']),
  story('demo', ['demo']),
  story('at work', ['demo', 'token'], { busy: 'anna' }),
  story('laptop', ['kubeconfig']),
  story('proxy', ['proxy']),
  story('no way', []),
  story('refused', ['token'], { refused }),
  story('came back in vain', ['oidc'], { why: 'forbidden', request: '5d0f3c1e-77b1-4a1e-9a39-6b2f0c1d2e3f' }),
  story('unknown reason', ['oidc'], { why: hostile, request: hostile }),
]
