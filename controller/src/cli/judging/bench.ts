import { type Backtest, backtest, type Interval, type Judge, type Verdict } from '@serin/analysis'

/** A judge at work, whatever its plan. */
export interface Bench {
  readonly plan: unknown
  observe(interval: Interval): void
  verdict(): Verdict
  /** The verdict with all that people want to know. */
  explained(): Verdict
  /** Whether that is more than the verdict, and costs a pass over all intervals so far. */
  readonly explains: boolean
  /** The same judge and plan over releases that changed nothing. */
  backtest(draws: readonly (readonly Interval[])[], seconds: { deadline: number; interval: number }): Backtest
}

/** Puts a judge of the library to work. */
export function benchOf<Plan, State>(
  judge: Judge<Plan, State>,
  plan: Plan,
  explain?: (verdict: Verdict, state: State, intervals: readonly Interval[]) => Verdict,
): Bench {
  const intervals: Interval[] = []
  let state = judge.begin(plan)
  return {
    plan,
    observe(interval) {
      state = judge.observe(state, interval)
      intervals.push(interval)
    },
    verdict: () => judge.verdict(state),
    explained: () => (explain ? explain(judge.verdict(state), state, intervals) : judge.verdict(state)),
    explains: explain !== undefined,
    backtest: (draws, seconds) => backtest({ judge, plan, draws, ...seconds }),
  }
}
