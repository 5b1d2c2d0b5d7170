import { applied, type Tale } from './scenes.ts'

export const gitOpsTales: Record<string, Tale> = {
  'an empty diff': {
    kept: (of) => applied(of()).at('rested'),
    broken: {
      'for a tool that applies': [
        (of) => applied(of(), { replicas: 7 }),
        /applying Deployment s1 again would change .spec.replicas from 7 to 2/,
      ],
      'for a tool that compares by itself': [
        (of) => {
          const theatre = of()
          theatre.sim.guarded = () => false
          return applied(theatre, { replicas: 7 }).at('rested')
        },
        /differ at .spec.replicas: 7 instead of 2/,
      ],
    },
  },
}
